"""Compares what Odoo's tests gave without and with the addons.

Plain data: a half is a dict of test -> {"outcome", "seconds", "found"} as
`odoo_tests_inside` writes it; a test is its tag, `/account/tests/test_x.py:Class.test`.
"""

import datetime
from collections import defaultdict

#: Odoo's linter. Its tests go over all addons at once, so that one which fails anyway
#: may still find something more with ours: its findings are compared line by line.
LINT = "test_lint"


class Comparison:
    """The two halves, module by module."""

    def __init__(self, without, with_addons):
        self.without = by_module(without)
        self.with_addons = by_module(with_addons)

    def is_same(self):
        """Whether the addons change nothing."""
        return not any(self.differences().values())

    def differences(self):
        """What is different with the addons: dict of module -> list of sentences."""
        modules = sorted({*self.without, *self.with_addons})
        return {
            module: _differences(
                self.without.get(module, {}), self.with_addons.get(module, {})
            )
            for module in modules
        }

    def render(self, commit, minutes):
        """The result as Markdown.

        :param commit: name of the state of the addons
        :param minutes: how long the run took
        """
        differences = self.differences()
        lines = [
            f"Commit {commit}, {datetime.date.today()}, {minutes:.0f} minutes.",
            "",
            "| module | tests | skipped | failed without | failed with | different |",
            "| --- | --: | --: | --: | --: | --: |",
        ]
        for module, found in differences.items():
            without = self.without.get(module, {})
            with_addons = self.with_addons.get(module, {})
            lines.append(
                f"| `{module}` | {len(with_addons)} "
                f"| {len(with_outcome(with_addons, 'skipped'))} "
                f"| {len(with_outcome(without, 'failed'))} "
                f"| {len(with_outcome(with_addons, 'failed'))} | {len(found)} |"
            )
        for title, rows in (
            ("Different with the addons", differences),
            ("Failed on both", self._listed("failed")),
            ("Skipped on both", self._listed("skipped")),
        ):
            found = [f"- {row}" for module in rows for row in rows[module]]
            lines += ["", f"{title}:{'' if found else ' nothing.'}", *found]
        return "\n".join([*lines, ""])

    def _listed(self, outcome):
        """Tests with this outcome in both halves, and the first line of why."""
        return {
            module: [
                f"`{test}`: {_first(tests[test])}"
                for test in sorted(with_outcome(tests, outcome))
                if test in with_outcome(self.with_addons.get(module, {}), outcome)
            ]
            for module, tests in self.without.items()
        }


def by_module(tests):
    """Split a half into dict of module -> its tests."""
    modules = defaultdict(dict)
    for test, row in tests.items():
        modules[module_of(test)][test] = row
    return dict(sorted(modules.items()))


def module_of(test):
    """Module of a test: of its tag, or of "setUpClass (odoo.addons.account...)"."""
    _before, found, path = test.partition("odoo.addons.")
    return path.split(".")[0] if found else test.split("/")[1]


def with_outcome(tests, outcome):
    """Those tests of a module that ended this way, as a set."""
    return {test for test, row in tests.items() if row["outcome"] == outcome}


def _differences(without, with_addons):
    """Sentences about tests that fail, are skipped or missing in one half alone."""
    sentences = []
    for test in sorted({*without, *with_addons}):
        before, after = without.get(test), with_addons.get(test)
        outcomes = [row["outcome"] if row else "not run" for row in (before, after)]
        if outcomes[0] != outcomes[1]:
            why = _first(after or before)
            sentences.append(f"`{test}`: {outcomes[0]}, with: {outcomes[1]} ({why})")
        elif module_of(test) == LINT and outcomes[1] == "failed":
            more = [line for line in after["found"] if line not in before["found"]]
            sentences += [f"`{test}`: {line}" for line in more]
    return sentences


def _first(row):
    lines = [line for line in row["found"] if line.strip()]
    return lines[0][:200] if lines else row["outcome"]
