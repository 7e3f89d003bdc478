/**
 * Checks whether a driver keeps what {@link dev.nodepool.driver.Provider} promises: {@link
 * dev.nodepool.driver.conformance.ConformanceKit} runs it against a real or a fake cloud and gives a verdict per check.
 *
 * <p>Needs no test framework; {@link dev.nodepool.driver.conformance.junit.ConformanceTests} is a face for JUnit 5.
 */
@NullMarked
package dev.nodepool.driver.conformance;

import org.jspecify.annotations.NullMarked;
