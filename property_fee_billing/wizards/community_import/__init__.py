"""The onboarding workbook of a community, read and planned in memory.

``schema``      what sheets and columns there are; everything else follows it
``vocabulary``  the words a header or a choice may be given in
``workbook``    an xlsx file to rows, with ``safety`` before and ``cells`` inside
``snapshot``    what the community has already (reads the database)
``places``, ``tariff``, ``charging``: rows to a ``plan``, with every fault found
``writer``      the plan to the database, in batches
``template``    an empty workbook to fill in, and the list of errors as a workbook

Only ``vocabulary``, ``snapshot`` and ``writer`` touch Odoo records.
"""
