"""What a change did to the metrics: compared with another revision, judged by a policy, told in a pull request."""
