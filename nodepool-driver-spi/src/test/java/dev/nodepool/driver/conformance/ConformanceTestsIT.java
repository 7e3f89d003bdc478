package dev.nodepool.driver.conformance;

import dev.nodepool.driver.conformance.junit.ConformanceTests;

class ConformanceTestsIT implements ConformanceTests {

    @Override
    public Scratch scratch() {
        return Scratch.of(new ToyDriver(ToyProvider::new), ToyDriver.SECTION);
    }
}
