"""The person beside the SUT: what is asked, how it is shown, and how it is answered."""
