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

package dev.lumoauth.benchmarks.revocation;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.benchmarks.MeasuredApplication;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Measures how long a call is allowed after its capability was switched off at the dev
 * server: 200 calls a second on 8 threads. First with events, then with every event lost.
 */
public final class RevocationHarness {

	private static final int THREADS = 8;

	private static final int CALLS_PER_SECOND = 200;

	private static final int REVOCATIONS = 1_000;

	private static final int LOST = 20;

	/** How many are not counted at first, until the code is compiled. */
	private static final int WARM_UP = 20;

	/** For how long it is looked whether a call is allowed once more. */
	private static final long WATCH_MILLIS = 100;

	private static final Duration ALLOW_TTL = Duration.ofMinutes(15);

	private static final Duration LOST_ALLOW_TTL = Duration.ofSeconds(5);

	private static final String AGENT = "agt_research-analyst";

	private static final String CAPABILITY = "/dev/tenants/acme-corp/agents/" + AGENT + "/capabilities/read:documents";

	private static final String TOKEN = "what-the-stream-authenticates-with";

	private RevocationHarness() {
	}

	/**
	 * Print the figures.
	 * @param args the dev server's jar; then how many revocations, 1,000 if that is left
	 * out, and how many of which the event is lost, 20 if that is left out
	 * @throws IOException if the dev server can't be started
	 * @throws InterruptedException if this process is to end
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		int revocations = (args.length > 1) ? Integer.parseInt(args[1]) : REVOCATIONS;
		int lost = (args.length > 2) ? Integer.parseInt(args[2]) : LOST;
		System.out
			.println("| events | allow-ttl | revocations | last allowed call after the switch, ms: p50 | p99 | most "
					+ "| allowed after the first refusal |");
		System.out.println("|---|---|---|---|---|---|---|");
		measure(Path.of(args[0]), ALLOW_TTL, WARM_UP, revocations, false).print("arrive", ALLOW_TTL);
		measure(Path.of(args[0]), LOST_ALLOW_TTL, 1, lost, true).print("are lost", LOST_ALLOW_TTL);
	}

	/**
	 * Switch a capability off and on, as often as is said.
	 * @param jar the dev server
	 * @param allowTtl how long an allow counts
	 * @param warmUp how often before what is measured
	 * @param revocations how often
	 * @param lost whether events are lost
	 * @return what was measured
	 */
	static Figures measure(Path jar, Duration allowTtl, int warmUp, int revocations, boolean lost)
			throws IOException, InterruptedException {
		Figures figures = new Figures();
		try (DevServerProcess lumoAuth = new DevServerProcess(jar);
				ConfigurableApplicationContext application = start(lumoAuth, allowTtl)) {
			Documents documents = application.getBean(Documents.class);
			if (lost) {
				lumoAuth.change("PUT", "/dev/faults/events/lose");
			}
			long patience = allowTtl.toSeconds() + 10;
			try (Callers callers = new Callers(THREADS, CALLS_PER_SECOND, () -> isAllowed(documents))) {
				callers.await(System.nanoTime(), true, patience);
				for (int i = -warmUp; i < revocations; i++) {
					callers.take();
					long off = System.nanoTime();
					lumoAuth.change("DELETE", CAPABILITY);
					callers.await(off, false, patience);
					TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
					List<Callers.Call> calls = callers.take();
					if (i >= 0) {
						figures.add(off, calls);
					}
					long on = System.nanoTime();
					lumoAuth.change("PUT", CAPABILITY);
					callers.await(on, true, patience);
				}
			}
		}
		return figures;
	}

	/** On a busy machine LumoAuth may be too late: that is neither. */
	private static @Nullable Boolean isAllowed(Documents documents) {
		try {
			return documents.read();
		}
		catch (CapabilityDeniedException ex) {
			return false;
		}
		catch (LumoAuthException ex) {
			return null;
		}
	}

	private static ConfigurableApplicationContext start(DevServerProcess lumoAuth, Duration allowTtl)
			throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		ConfigurableApplicationContext application = new SpringApplicationBuilder(MeasuredApplication.class)
			.sources(Application.class)
			.web(WebApplicationType.SERVLET)
			.logStartupInfo(false)
			.properties("spring.main.banner-mode=off", "logging.level.root=warn", "server.port=" + port,
					"lumoauth.verify-at-start=off", "lumoauth.url=" + lumoAuth.url(), "lumoauth.tenant=acme-corp",
					"lumoauth.client-id=" + AGENT, "lumoauth.client-secret=local-development-only",
					"lumoauth.capabilities.cache.allow-ttl=" + allowTtl.toMillis() + "ms",
					"lumoauth.capabilities.cache.deny-ttl=1s", "lumoauth.events.ssf.enabled=true",
					"lumoauth.events.ssf.authorization-token=" + TOKEN)
			.run();
		lumoAuth.register("http://127.0.0.1:%d/lumoauth/events/ssf".formatted(port), AGENT, TOKEN);
		return application;
	}

	/**
	 * What was measured.
	 */
	static final class Figures {

		private final List<Long> nanos = new ArrayList<>();

		private long again;

		private void add(long off, List<Callers.Call> calls) {
			this.nanos.add(calls.stream()
				.filter(Callers.Call::allowed)
				.mapToLong((call) -> call.ended() - off)
				.max()
				.orElse(0));
			long refused = calls.stream()
				.filter((call) -> !call.allowed() && call.began() - off > 0)
				.mapToLong((call) -> call.ended() - off)
				.min()
				.orElse(Long.MAX_VALUE);
			this.again += calls.stream().filter((call) -> call.allowed() && call.began() - off > refused).count();
		}

		double percentile(double share) {
			List<Long> sorted = this.nanos.stream().sorted().toList();
			int index = (int) Math.ceil(share * sorted.size()) - 1;
			return Math.max(0, sorted.get(Math.max(0, index))) / 1e6;
		}

		/** Allowed calls that began after another was refused. */
		long again() {
			return this.again;
		}

		private void print(String events, Duration allowTtl) {
			System.out.printf(Locale.ROOT, "| %s | %d s | %,d | %,.1f | %,.1f | %,.1f | %d |%n", events,
					allowTtl.toSeconds(), this.nanos.size(), percentile(0.5), percentile(0.99), percentile(1), again());
		}

	}

	/**
	 * What is guarded.
	 */
	static class Documents {

		@RequiresCapability("read:documents")
		boolean read() {
			return true;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Documents.class)
	static class Application {

	}

}
