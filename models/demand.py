"""What the use of something so far says of the days to come: average, trend, pattern, and the stock at which to order. Figures alone.

Quantities come as they are given, of any unit, and forecasts are of the same. A series is one figure a day, the oldest first. It is
looked at week by week: seven days in a row hold every weekday once, so that idle Sundays are not taken for chance.

- J. D. Croston, "Forecasting and stock control for intermittent demands", Operational Research Quarterly 23 (1972), 289-303.
- A. A. Syntetos, J. E. Boylan, "The accuracy of intermittent demand estimates", International Journal of Forecasting 21 (2005), 303-314:
  the Syntetos-Boylan approximation (SBA).
- A. A. Syntetos, J. E. Boylan, J. D. Croston, "On the categorization of demand patterns", Journal of the Operational Research Society 56
  (2005), 495-503.
- R. H. Teunter, A. A. Syntetos, M. Z. Babai, "Intermittent demand: linking forecasting to inventory obsolescence", European Journal of
  Operational Research 214 (2011), 606-615 (TSB).
- D. Prak, R. Teunter, A. Syntetos, "On the calculation of safety stocks when demand is forecasted", European Journal of Operational
  Research 256 (2017), 454-461.
- M. P. Baganha, D. F. Pyke, G. Ferrer, "The undershoot of the reorder point: tests of an approximation", International Journal of
  Production Economics 45 (1996), 311-320.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import sqrt
from statistics import NormalDist, fmean
from typing import NamedTuple

WEEK = 7

#: How much the latest use counts in a forecast; and how much the latest week counts in whether something is still used, where it fades.
ALPHA, BETA = 0.1, 0.2

#: Where one pattern ends and the next begins (Syntetos, Boylan and Croston 2005): weeks from use to use, and squared variation of sizes.
MOST_WEEKS_BETWEEN, MOST_VARIATION = 1.32, 0.49

#: A change of use is told where chance alone would bring one so large about once in twenty times.
CHANCE = NormalDist().inv_cdf(0.975)
#: Something fades where its use in the last third is so rare that chance alone would bring that about once in twenty times.
RARE = NormalDist().inv_cdf(0.05)


class Pattern(StrEnum):
    """How something is used, and so by which method its use is forecast."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    FADING = "fading"


class Outlook(NamedTuple):
    """What is to be expected of the time to come."""

    pattern: Pattern
    per_week: float
    #: Variance of a week's use around what was expected of it.
    variance: float
    #: By how much use on one day takes stock below a point that it crosses, on average, and the variance of that.
    undershoot: float
    undershoot_variance: float
    #: By what share use has risen (or, below zero, fallen) from the first half to the second; None where that can be chance.
    trend: float | None


def weekly(days: Sequence[float]) -> list[float]:
    """The use in each whole week up to the last day. A week in which more came back than was used counts as one without use."""
    first = len(days) % WEEK
    return [max(sum(days[start : start + WEEK]), 0) for start in range(first, len(days), WEEK)]


def outlook(days: Sequence[float]) -> Outlook | None:
    """What use is to be expected after those days; None where there is less than a week of them, or none was used."""
    weeks = weekly(days)
    used = [week for week in weeks if week]
    if not used:
        return None
    found = pattern(weeks)
    size, interval = fmean(used), len(weeks) / len(used)
    if found is Pattern.FADING:
        expected = tsb(weeks, size=size, chance=1 / interval, alpha=ALPHA, beta=BETA)
    elif found is Pattern.SMOOTH:
        expected = croston(weeks, size=size, interval=interval, alpha=ALPHA)
    else:
        expected = sba(weeks, size=size, interval=interval, alpha=ALPHA)
    return Outlook(found, expected[-1], _variance(weeks, expected), *_undershoot(days), trend(weeks))


def pattern(weeks: Sequence[float]) -> Pattern:
    """The pattern of a series in which something was used, by the intervals from use to use and the variation of the sizes."""
    used = [week for week in weeks if week]
    if _fades(weeks):
        return Pattern.FADING
    often = len(weeks) / len(used) < MOST_WEEKS_BETWEEN
    alike = _spread(used) / fmean(used) ** 2 < MOST_VARIATION
    if often:
        return Pattern.SMOOTH if alike else Pattern.ERRATIC
    return Pattern.INTERMITTENT if alike else Pattern.LUMPY


def _fades(weeks: Sequence[float]) -> bool:
    """Whether the last third has too few weeks with use for chance, had each week been as likely to have some (normal approximation)."""
    late = len(weeks) // 3
    used = sum(week > 0 for week in weeks)
    share = late / len(weeks)
    expected, spread = used * share, sqrt(used * share * (1 - share))
    return spread > 0 and (sum(week > 0 for week in weeks[-late:]) - expected) / spread < RARE


def croston(series: Sequence[float], *, size: float, interval: float, alpha: float) -> list[float]:
    """Croston's forecast of each period and of the one after the last, from a size and an interval to begin with (Croston 1972).

    Sizes, and the intervals from use to use, are smoothed apart, and only when there is use; the forecast is size by interval.
    """
    expected, since = [size / interval], 1
    for quantity in series:
        if quantity:
            size += alpha * (quantity - size)
            interval += alpha * (since - interval)
            since = 0
        since += 1
        expected.append(size / interval)
    return expected


def sba(series: Sequence[float], *, size: float, interval: float, alpha: float) -> list[float]:
    """The same without the bias that dividing by a smoothed interval has: less by half of alpha (Syntetos and Boylan 2005)."""
    return [(1 - alpha / 2) * each for each in croston(series, size=size, interval=interval, alpha=alpha)]


def tsb(series: Sequence[float], *, size: float, chance: float, alpha: float, beta: float) -> list[float]:
    """The forecast of what may be used no more: the chance of use is smoothed in every period, and sinks with each one without any.

    From a size and a chance to begin with (Teunter, Syntetos and Babai 2011).
    """
    expected = [size * chance]
    for quantity in series:
        if quantity:
            size += alpha * (quantity - size)
        chance += beta * ((quantity > 0) - chance)
        expected.append(size * chance)
    return expected


def trend(weeks: Sequence[float]) -> float | None:
    """By what share use has changed from the first half of the weeks to the second; None where that can be chance (Welch's test)."""
    half = len(weeks) // 2
    first, second = weeks[:half], weeks[-half:]
    if half < 2 or not any(first):
        return None
    change = fmean(second) - fmean(first)
    spread = sqrt((_spread(first) + _spread(second)) / (half - 1))
    return change / fmean(first) if abs(change) > CHANCE * spread else None


def reorder_point(use: Outlook, *, lead_days: int, service_level: float) -> float:
    """At which stock to order, so that with that chance (0.95) what is left lasts until the delivery.

    Expected use over the lead time L in weeks, and what is used on the day of the crossing beyond the point, and a safety stock of z
    standard deviations of the error of that forecast. A forecast by smoothing is itself uncertain, for the whole of the lead time at
    once: its error has the variance s² (L + L² alpha / (2 - alpha)), and not s² L (Prak, Teunter and Syntetos 2017).
    """
    lead = lead_days / WEEK
    expected = use.per_week * lead + use.undershoot
    variance = use.variance * (lead + lead**2 * ALPHA / (2 - ALPHA)) + use.undershoot_variance
    return expected + NormalDist().inv_cdf(service_level) * sqrt(variance)


def _variance(weeks: Sequence[float], expected: Sequence[float]) -> float:
    """The variance of a week's use: that of the errors so far, which hold the error of the forecast besides (Prak et al. 2017)."""
    errors = fmean([(week - before) ** 2 for week, before in zip(weeks, expected, strict=False)])
    return errors * (2 - ALPHA) / 2


def _spread(series: Sequence[float]) -> float:
    """The variance of a series; the library's own is exact, and takes twenty times as long."""
    mean = fmean(series)
    return fmean([(each - mean) ** 2 for each in series])


def _undershoot(days: Sequence[float]) -> tuple[float, float]:
    """Mean and variance of the undershoot, from the moments of a day's use: E[x²]/2E[x], and E[x³]/3E[x] less the mean squared."""
    used = [day for day in days if day > 0]
    size = fmean(used)
    mean = fmean([day**2 for day in used]) / (2 * size)
    return mean, max(fmean([day**3 for day in used]) / (3 * size) - mean**2, 0.0)
