"""Assignments that grade themselves: masters as text, and what releases and grades them.

`masters`  a master, read: its questions, solutions, tests and wrong answers
`release`  a master becomes what students get, what teachers keep and what Gradescope runs
`wire`     values as lines of JSON, on their way between a submission and its grader
`inside`   runs within the box: locks the door behind itself, then executes a submission
`warden`   runs beside the box: ends what takes too much memory, time, disk or too many processes
`box`      starts the two, and asks a submission for its answers
`grading`  one submission against one master
`course`   a class: who handed in what, graded as many at once as there are processors
`similar`  pairs of answers that are alike
`reports`  grades, feedback, marks by hand
"""
