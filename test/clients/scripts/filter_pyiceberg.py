"""For each Iceberg expression, given as JSON, the ids of the rows that PyIceberg keeps of a table."""
import json
import sys

from pyiceberg.expressions import BooleanExpression
from pyiceberg.table import StaticTable


def main():
    location, expressions = sys.argv[1], open(sys.argv[2], encoding="utf-8").read().splitlines()
    table = StaticTable.from_metadata(location)
    for text in expressions:
        expression = BooleanExpression.model_validate(json.loads(text))
        scan = table.scan(row_filter=expression, selected_fields=("id",))
        print(json.dumps(sorted(scan.to_arrow()["id"].to_pylist())))


main()
