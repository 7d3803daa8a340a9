def get_field_labels(model, names):
    """Labels of some fields in the user's language, for messages.

    :rtype: str
    """
    described = model.fields_get(list(names), ["string"])
    return ", ".join(sorted(field["string"] for field in described.values()))
