"""Reads HL7 v2 messages with Debian's python3-hl7, which knows nothing of Wardstream: one file name a line in, one JSON object a line out."""
import json
import sys

import hl7


def decoded(data):
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def value(message, segment, field, repetition, component, subcomponent=1):
    try:
        text = message.extract_field(segment, 1, field, repetition, component, subcomponent)
    except (LookupError, KeyError):
        return ""
    return message.unescape(str(text or ""))


def repetitions(message, segment, field):
    try:
        found = message.segments(segment)[0][field]
    except (LookupError, KeyError):
        return 0
    # A field that is empty has no repetitions here; the reader gives it one.
    return 0 if str(found) == "" else len(found)


def read(path):
    with open(path, "rb") as file:
        text = decoded(file.read())
    # This reader takes segments that end with CR, and nothing before MSH; files are as they were found.
    text = text.strip().replace("\r\n", "\r").replace("\n", "\r")
    while "\r\r" in text:
        text = text.replace("\r\r", "\r")
    message = hl7.parse(text)
    return {
        "PID-3": [
            [value(message, "PID", 3, r, 1), value(message, "PID", 3, r, 4)]
            for r in range(1, repetitions(message, "PID", 3) + 1)
        ],
        "PV1-3": [value(message, "PV1", 3, 1, c) for c in range(1, 5)],
        "PV1-19": [value(message, "PV1", 19, 1, 1), value(message, "PV1", 19, 1, 4)],
        "EVN-2": value(message, "EVN", 2, 1, 1),
    }


for line in sys.stdin:
    try:
        print(json.dumps({"fields": read(line.rstrip("\n"))}))
    except Exception as error:  # whatever it cannot read is an answer too
        print(json.dumps({"unreadable": type(error).__name__}))
