"""How many acknowledged answers of a log ("ATTEMPT SEQ" lines) are not in the database: quiz_lost.py DATABASE LOG"""
import sqlite3
import sys

LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'


def number(text):
    value = 0
    for letter in text:
        value = value * 32 + LETTERS.index(letter)
    return value


there = set(sqlite3.connect(sys.argv[1]).execute("SELECT attempt, seq FROM attempt_event WHERE device = 'bench'"))
lost = 0
for line in open(sys.argv[2]):
    words = line.split()
    if len(words) == 2 and (number(words[0]), int(words[1])) not in there:
        lost += 1
print(lost)
