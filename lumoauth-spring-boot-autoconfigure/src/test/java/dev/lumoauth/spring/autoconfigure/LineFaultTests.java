/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.autoconfigure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Whatever the line to LumoAuth does: no guarded code runs without an allow, no caller
 * hangs, the error names its cause, and all is well again by itself when the line is.
 */
class LineFaultTests {

	/** What the circuit is open for at first. */
	private static final Duration CIRCUIT = Duration.ofSeconds(1);

	/**
	 * Longer than a name may be (RFC 1035 section 2.3.4), so no other machine is asked.
	 */
	private static final String UNKNOWN_NAME = ("a".repeat(63) + ".").repeat(4) + "invalid";

	private static final long LIMIT_MILLIS = 20_000;

	private static TestCertificates certificates;

	private BadLine line;

	/**
	 * So that what is slow the first time is slow here, where no short timeout counts.
	 */
	@BeforeAll
	static void warmUp(@TempDir Path directory) throws Exception {
		certificates = new TestCertificates(directory);
		try (BadLine line = new BadLine()) {
			GuardedApplication.runner(line.url()).run((context) -> {
				try (GuardedApplication application = new GuardedApplication(context)) {
					application.assertRuns();
				}
			});
		}
	}

	@BeforeEach
	void start() throws Exception {
		this.line = new BadLine();
	}

	@AfterEach
	void stop() throws Exception {
		this.line.close();
	}

	private ApplicationContextRunner runner(boolean endless) {
		return GuardedApplication.runner(this.line.url())
			.withPropertyValues("lumoauth.connect-timeout=10s", "lumoauth.max-wait=10s",
					"lumoauth.read-timeout=" + (endless ? "500ms" : "10s"));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void noGuardedCodeRunsAndItRecovers(BadLine.Fault fault) {
		runner(fault.endless).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				withFault(application, fault); // at the token endpoint
				application.advance(Duration.ofMinutes(1));
				withFault(application, fault); // at the check
			}
		});
	}

	private void withFault(GuardedApplication application, BadLine.Fault fault) throws Exception {
		this.line.fail(fault);
		application.assertRefused((fault == BadLine.Fault.TRUNCATED) ? LumoAuthProtocolException.class
				: LumoAuthUnavailableException.class, List.of(fault.cause));
		this.line.heal();
		application.advance(CIRCUIT);
		application.assertRuns();
	}

	@ParameterizedTest
	@CsvSource({ "wrong name,subject alternative DNS name", "expired,(NotAfter|expired|validity)",
			"unknown,(PKIX path building|unable to find)" })
	void certificateThatIsNotRight(String certificate, String cause) throws Exception {
		this.line.certificate(certificates.server(certificate));
		runner(false).withPropertyValues(certificates.bundle()).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				application.assertRefused(LumoAuthUnavailableException.class,
						List.of("SSLHandshakeException", cause, "check lumoauth\\.url and lumoauth\\.ssl-bundle\\)"));
				assertThat(this.line.requests()).isZero();
				this.line.certificate(certificates.server("good"));
				application.advance(CIRCUIT);
				application.assertRuns();
			}
		});
	}

	@Test
	void certificateThatIsNoLongerRightIsAnOutageToBridge() throws Exception {
		this.line.certificate(certificates.server("good"));
		runner(false).withPropertyValues(certificates.bundle())
			.withPropertyValues("lumoauth.capabilities.stale-if-unavailable=10m")
			.run((context) -> {
				try (GuardedApplication application = new GuardedApplication(context)) {
					application.assertRuns();
					this.line.certificate(certificates.server("expired"));
					application.advance(Duration.ofMinutes(1));
					application.assertRuns();
				}
			});
	}

	/**
	 * The name of a proxy, so that the fault can end.
	 */
	@Test
	void nameThatDoesNotResolve() {
		AtomicReference<Proxy> proxy = new AtomicReference<>(
				new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(UNKNOWN_NAME, this.line.port())));
		runner(false)
			.withBean(ClientHttpRequestFactoryBuilder.class,
					() -> ClientHttpRequestFactoryBuilder.jdk()
						.withHttpClientCustomizer((client) -> client.proxy(new ChangingProxy(proxy::get))))
			.run((context) -> {
				try (GuardedApplication application = new GuardedApplication(context)) {
					application.assertRefused(LumoAuthUnavailableException.class, List
						.of("could not be reached: (ConnectException|UnknownHostException).* \\(check lumoauth\\.url\\)"));
					proxy.set(Proxy.NO_PROXY);
					application.advance(CIRCUIT);
					application.assertRuns();
				}
			});
	}

	@Test
	void ownNameThatDoesNotResolve() {
		runner(false).withPropertyValues("lumoauth.url=https://" + UNKNOWN_NAME).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				application.assertRefused(LumoAuthUnavailableException.class, List.of("aaa.invalid",
						"could not be reached: (ConnectException|UnknownHostException).* \\(check lumoauth\\.url\\)"));
			}
		});
	}

	@Test
	void anInterruptEndsTheWaitOfOneAndOfNoOther() {
		runner(false).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				this.line.fail(BadLine.Fault.HANG);
				Caller first = new Caller(application);
				assertThat(this.line.awaitFault()).isTrue();
				Caller second = new Caller(application);
				await().atMost(Duration.ofMinutes(1))
					.until(() -> second.thread.getState() == Thread.State.TIMED_WAITING);
				first.thread.interrupt();
				first.thread.join(LIMIT_MILLIS);
				assertThat(first.failure.get()).isExactlyInstanceOf(LumoAuthUnavailableException.class)
					.hasMessageContaining("interrupted")
					.returns(false, (ex) -> ((LumoAuthUnavailableException) ex).isUnreachable());
				assertThat(first.interrupted).isTrue();
				assertThat(application.runs()).isZero();
				this.line.heal();
				second.thread.join(LIMIT_MILLIS);
				assertThat(second.failure.get()).isNull();
				assertThat(application.runs()).isOne();
			}
		});
	}

	@Test
	void whoIsCancelledWhileWaitingRunsNothing() {
		runner(false).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				this.line.fail(BadLine.Fault.HANG);
				Disposable subscription = application.documents().readLater().subscribe();
				assertThat(this.line.awaitFault()).isTrue();
				subscription.dispose();
				this.line.heal();
				application.assertRuns();
				assertThat(application.runs()).isEqualTo(3);
			}
		});
	}

	@Test
	void aThousandCallsCostThreeTimeouts() {
		runner(true).run((context) -> {
			try (GuardedApplication application = new GuardedApplication(context)) {
				this.line.fail(BadLine.Fault.HANG);
				for (int i = 0; i < 1_000; i++) {
					assertThat(application.failure(application.documents()::read))
						.isExactlyInstanceOf(LumoAuthUnavailableException.class);
				}
				assertThat(this.line.requests()).isEqualTo(3);
				assertThat(application.failure(application.documents()::read)).message()
					.contains("failed 3 times in a row", "HttpTimeoutException");
			}
		});
	}

	/**
	 * A thread that calls guarded code.
	 */
	private static final class Caller {

		private final AtomicReference<Throwable> failure = new AtomicReference<>();

		private volatile boolean interrupted;

		private final Thread thread;

		private Caller(GuardedApplication application) {
			this.thread = new Thread(() -> {
				this.failure.set(catchThrowable(application.documents()::read));
				this.interrupted = Thread.currentThread().isInterrupted();
			});
			this.thread.start();
		}

	}

	private static final class ChangingProxy extends ProxySelector {

		private final Supplier<Proxy> proxy;

		private ChangingProxy(Supplier<Proxy> proxy) {
			this.proxy = proxy;
		}

		@Override
		public List<Proxy> select(URI uri) {
			return List.of(this.proxy.get());
		}

		@Override
		public void connectFailed(URI uri, SocketAddress address, IOException failure) {
			// The caller learns of it.
		}

	}

}
