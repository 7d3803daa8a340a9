"""One worker process against two, on several communities and on one."""

import time

from . import data, turns, ways

COMMUNITIES = 10
# Units at most: enough for minutes of posting, and the rest of the benchmark is long.
MOST_UNITS = 4000
# how many workers post which month: equal for both, first and last
WORKERS = (1, 2, 2, 1)


def run(database, units, say):
    """Measure both shapes.

    :param units: in all, of which `MOST_UNITS` are posted
    :return: {"10 communities": {1: seconds of posting, 2: ...}, "1 community": ...}
    """
    units = min(units, MOST_UNITS)
    results = {}
    for count in (COMMUNITIES, 1):
        shape = f"{count} communities" if count > 1 else "1 community"
        say(f"workers: {shape}, {units} units in all")
        communities = _prepare(database, f"W{count}-", count, units // count)
        seconds = {1: [], 2: []}
        for month, workers in enumerate(WORKERS):
            seconds[workers].append(_post(database, communities, month, workers))
        say(f"workers: {shape}, seconds by number of workers: {seconds}")
        results[shape] = {
            workers: sum(found) / len(found) for workers, found in seconds.items()
        }
    return results


def _prepare(database, code, count, units):
    def task(env, _pause):
        communities = [
            data.make_community(env, f"{code}{number}", units).id
            for number in range(count)
        ]
        return {"communities": communities}

    communities = turns.call(database, task)["communities"]
    turns.analyze(database)
    return communities


def _post(database, community_ids, month, workers):
    """Compute a month, then have it posted by some workers at once; seconds of
    posting, the start of the processes not counted."""

    def compute(env, _pause):
        communities = env["property.community"].browse(community_ids)
        run = ways.make_run(env, communities, month)
        run.action_compute()
        run._start_posting()
        return {"run": run.id}

    run_id = turns.call(database, compute)["run"]

    def work(env, pause):
        run = env["property.billing.run"].browse(run_id)
        ways.post(run, pause)

    started = [turns.start(database, work) for _number in range(workers)]
    clock = time.perf_counter()
    for _process, pipe in started:
        pipe.send("go")
    answers = [pipe.recv() for _process, pipe in started]
    seconds = time.perf_counter() - clock
    for process, _pipe in started:
        process.join()
    for answer in answers:
        if "error" in answer:
            raise RuntimeError(answer["error"])
    _check(database, run_id)
    return seconds


def _check(database, run_id):
    def task(env, _pause):
        run = env["property.billing.run"].browse(run_id)
        if run.state != "done" or run.posted_count != run.line_count:
            raise AssertionError(
                f"{run.name} is {run.state}, {run.posted_count} posted"
            )

    turns.call(database, task)
