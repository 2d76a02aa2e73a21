// Learning without a network.
