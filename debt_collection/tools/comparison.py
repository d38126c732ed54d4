"""Whether two groups of cases really differ: shares, their confidence intervals, and tests of a difference.

Pure arithmetic on counts and sums: no ORM, no clock, no rounding. Shares and probabilities are fractions, 0 to 1.
"""

import itertools
import math
from statistics import NormalDist

NORMAL = NormalDist()
# below this number expected in any of the four cells the exact test is used (Cochran, 1954)
SMALL = 5


def _quantile(confidence):
    return NORMAL.inv_cdf((1 + confidence) / 2)


def wilson(successes, number, confidence=0.95):
    """Return the score interval (low, high) of a share (Wilson, 1927; method 3 of Newcombe, Statistics in Medicine
    17, 1998): the shares from which so many successes would not be surprising.

    :param successes: int, 0 to number
    :param number: int; 0 gives None
    """
    if not number:
        return None
    z = _quantile(confidence)
    share = successes / number
    middle = 2 * number * share + z * z
    spread = z * math.sqrt(z * z + 4 * number * share * (1 - share))
    width = 2 * (number + z * z)
    low = 0.0 if successes == 0 else (middle - spread) / width
    high = 1.0 if successes == number else (middle + spread) / width
    return max(low, 0.0), min(high, 1.0)


def ratio_interval(number, x, y, xx, xy, yy, confidence=0.95):
    """Return the interval (low, high) of a ratio of totals y / x over cases of different size, kept within 0 and 1.

    Normal approximation with the linearised variance of a ratio (Cochran, Sampling Techniques, 3rd edition, 1977,
    formula 2.46 without the finite population correction): n / (n - 1) * sum((y - r x)^2) / (sum x)^2. None for fewer
    than two cases, nothing claimed, or every case recovered in the same share (all of it, or nothing): then the
    approximation has nothing to go by.

    :param number: int, cases
    :param x: sum of what was claimed, y: of what was recovered, xx, xy, yy: of their squares and products
    """
    x, y, xx, xy, yy = map(float, (x, y, xx, xy, yy))
    if number < 2 or x <= 0:
        return None
    ratio = y / x
    squares = yy - 2 * ratio * xy + ratio * ratio * xx
    if squares <= 1e-12 * (yy + ratio * ratio * xx):
        return None
    half = _quantile(confidence) * math.sqrt(number / (number - 1) * squares) / x
    return max(ratio - half, 0.0), min(ratio + half, 1.0)


def chance(successes, number, other_successes, other_number):
    """Return the probability that chance alone gives two groups of one and the same share a difference this large or
    larger, in either direction; None where a group is empty.

    Fisher's exact test where fewer than five are expected in a cell, else the test of two proportions.
    """
    if not number or not other_number:
        return None
    total, paid = number + other_number, successes + other_successes
    if min(number, other_number) * min(paid, total - paid) < SMALL * total:
        return fisher(successes, number, other_successes, other_number)
    return two_proportions(successes, number, other_successes, other_number)


def two_proportions(successes, number, other_successes, other_number):
    """Return the two-sided probability of the z test with the pooled share, without continuity correction (Fleiss,
    Statistical Methods for Rates and Proportions, chapter 2; its square is Pearson's chi-squared)."""
    pooled = (successes + other_successes) / (number + other_number)
    error = math.sqrt(pooled * (1 - pooled) * (1 / number + 1 / other_number))
    if not error:
        return 1.0
    z = abs(successes / number - other_successes / other_number) / error
    return math.erfc(z / math.sqrt(2))


def fisher(successes, number, other_successes, other_number):
    """Return the two-sided probability of Fisher's exact test (1935): of all tables with the same margins, those that
    are no more probable than this one."""
    total, paid = number + other_number, successes + other_successes

    def weight(count):
        return _log_choose(number, count) + _log_choose(other_number, paid - count) - _log_choose(total, paid)

    # as large a probability, but for what floating point adds
    limit = weight(successes) + 1e-7
    weights = map(weight, range(max(0, paid - other_number), min(number, paid) + 1))
    return min(math.fsum(math.exp(one) for one in weights if one <= limit), 1.0)


def _log_choose(number, chosen):
    return math.lgamma(number + 1) - math.lgamma(chosen + 1) - math.lgamma(number - chosen + 1)


def holm(chances):
    """Return probabilities corrected for how many differences were looked at (Holm, Scandinavian Journal of
    Statistics 6, 1979), in the order given.

    :param chances: [probability]
    """
    order = sorted(range(len(chances)), key=chances.__getitem__)
    adjusted, highest = [0.0] * len(chances), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min((len(chances) - rank) * chances[index], 1.0))
        adjusted[index] = highest
    return adjusted


def cases_needed(share, other_share, significance=0.05, power=0.8):
    """Return how many cases each group would need for a difference like this to be told from chance with this
    probability (Fleiss, chapter 4, without continuity correction), and no fewer than the formula holds for (five
    expected in each cell); None where there is no difference."""
    if share == other_share:
        return None
    alpha, beta = NORMAL.inv_cdf(1 - significance / 2), NORMAL.inv_cdf(power)
    mean = (share + other_share) / 2
    spread = share * (1 - share) + other_share * (1 - other_share)
    root = alpha * math.sqrt(2 * mean * (1 - mean)) + beta * math.sqrt(spread)
    return math.ceil(max(root * root / (share - other_share) ** 2, SMALL / min(mean, 1 - mean)))


def pairs(groups):
    """Return every two of the groups with what chance does between them, the most telling first.

    :param groups: [(key, successes, number)]
    :return: [(better, other, probability)]: the two groups, the one with the larger share first, and the probability
        corrected for the number of pairs
    """
    found = []
    for one, other in itertools.combinations(groups, 2):
        if not one[2] or not other[2]:
            continue
        if one[1] / one[2] < other[1] / other[2]:
            one, other = other, one
        found.append((one, other, chance(one[1], one[2], other[1], other[2])))
    adjusted = holm([probability for _one, _other, probability in found])
    result = [(one, other, probability) for (one, other, _raw), probability in zip(found, adjusted, strict=True)]
    return sorted(result, key=lambda pair: pair[2])
