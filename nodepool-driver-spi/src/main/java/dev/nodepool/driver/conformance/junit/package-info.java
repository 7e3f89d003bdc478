/** The conformance kit as tests of JUnit 5. The SPI does not bring JUnit: who uses this has it already. */
@NullMarked
package dev.nodepool.driver.conformance.junit;

import org.jspecify.annotations.NullMarked;
