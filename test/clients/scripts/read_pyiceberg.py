"""Reads a table by its metadata file with PyIceberg: rows for each filter, and for each snapshot its number of rows."""
import json
import sys
from datetime import datetime, timedelta, timezone

from pyiceberg.table import StaticTable

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def plain(row):
    at = row["at"]
    return {
        "id": row["id"],
        "city": row["city"],
        "at": None if at is None else (at - EPOCH) // timedelta(microseconds=1),
        "price": None if row["price"] is None else str(row["price"]),
        "tags": row["tags"],
        "zip": None if row["place"] is None else row["place"]["zip"],
        "note": row["note"],
    }


def main():
    location, filters = sys.argv[1], json.loads(sys.argv[2])
    table = StaticTable.from_metadata(location)
    answers = {}
    for name, expression in filters.items():
        scan = table.scan() if expression is None else table.scan(row_filter=expression)
        answers[name] = {
            "files": len(list(scan.plan_files())),
            "rows": sorted((plain(row) for row in scan.to_arrow().to_pylist()), key=lambda r: r["id"]),
        }
    counts = [table.scan(snapshot_id=s.snapshot_id).to_arrow().num_rows for s in table.metadata.snapshots]
    print(json.dumps({"filters": answers, "snapshots": counts}))


main()
