"""What was lent in the demonstration world before the rest of its story: two months of cameras, drills and laptops going out and back."""

from datetime import timedelta

from bot.telling import Telling
from models import times
from models.checking_in import check_in
from models.checking_out import check_out

#: How many days ago something went out, was due and came back, with whom, and what.
LOANS = """
117 | 113 | 113 | Dee Okafor  | SN-00483
116 | 109 | 110 | Tom Ellis   | DR-31, DR-32
115 | 111 | 111 | Marek Novák | PJ-05
112 | 105 | 102 | Dee Okafor  | SN-00501, TR-11
108 | 94  | 95  | Ana Silva   | RH-07
104 | 97  | 97  | Tom Ellis   | DR-33
99  | 92  | 86  | Yuki Tanaka | MB-1002
96  | 89  | 89  | Dee Okafor  | SN-00484
93  | 86  | 85  | Ana Silva   | DR-31, LL-02
90  | 76  | 77  | Tom Ellis   | DR-32, DR-33, DR-34
88  | 84  | 79  | Dee Okafor  | SN-00483, TR-11
87  | 80  | 80  | Priya Nair  | TC-201
84  | 77  | 78  | Marek Novák | PJ-05
83  | 69  | 66  | Ana Silva   | RH-07, LL-02
80  | 66  | 67  | Yuki Tanaka | MB-1002, PH-41
76  | 70  | 71  | Dee Okafor  | SN-00501, SN-00484
75  | 61  | 62  | Tom Ellis   | DR-31, DR-32, DR-33
73  | 69  | 70  | Ana Silva   | CT-09
70  | 66  | 63  | Marek Novák | PJ-05
68  | 64  | 64  | Dee Okafor  | SN-00483, TR-11, TR-12
"""


def lend(told: Telling) -> None:
    """Everything of that goes out and comes back, each on its day."""
    goings = []
    for row in LOANS.strip().splitlines():
        out, due, back, who, serials = (part.strip() for part in row.split("|"))
        those = [serial.strip() for serial in serials.split(",")]
        goings += [(float(out), float(due), who, those), (float(back), None, who, those)]
    for days_ago, due_ago, who, those in sorted(goings, key=lambda going: -going[0]):
        act, assets = told.on(days_ago, who), told.assets(*those)
        if due_ago is None:
            check_in(told.session, act, assets=assets)
            continue
        local = (told.now - timedelta(days=due_ago)).replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None)
        check_out(told.session, act, assets=assets, holder=told.person(who), due=times.due(local, act.by.time_zone))
