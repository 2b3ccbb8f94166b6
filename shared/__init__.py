"""What is the same for every ministry: the contract, the road to Kafka and back, the edges. Names no ministry."""
