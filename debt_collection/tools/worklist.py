"""Points of the worklist: which rules a case meets. Plain values in, plain values out."""


def parts(scale, values):
    """Return what a case gets points for, the largest first; of several thresholds of a kind the highest met counts.

    :param scale: {kind: [(threshold, points), ...]}, thresholds rising
    :param values: {kind: number, or None where the case has nothing of that kind}
    :return: [(kind, threshold, points)]; their points add up to the points of the case
    """
    met = []
    for kind, steps in scale.items():
        value = values.get(kind)
        reached = [step for step in steps if value is not None and step[0] <= value]
        if reached:
            met.append((kind, *reached[-1]))
    return sorted(met, key=lambda part: -part[2])
