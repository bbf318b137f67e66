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

package dev.lumoauth.spring.adk;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import com.google.adk.agents.BaseAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.events.Event;
import com.google.adk.plugins.Plugin;
import com.google.adk.runner.InMemoryRunner;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.user.CurrentUser;

/**
 * An agent whose capabilities and budget a test decides. By default, nothing is
 * remembered.
 */
final class TestAgent {

	final FakeCapabilitySource capabilities;

	final Map<String, Object> budget = new HashMap<>(Map.of("max_tokens_per_day", 1_000L, "tokens_used_today", 0));

	/** What the guard has decided: the tool, and why. */
	final List<String> refused = new CopyOnWriteArrayList<>();

	final AgentRuntime runtime;

	private final BudgetMonitor monitor;

	TestAgent() {
		this(new FakeCapabilitySource(), Duration.ZERO, (agent) -> {
		});
	}

	/** An agent that remembers answers. */
	TestAgent(FakeCapabilitySource capabilities) {
		this(capabilities, Duration.ofMinutes(1), (agent) -> {
		});
	}

	TestAgent(Consumer<AgentBuilder> features) {
		this(new FakeCapabilitySource(), Duration.ZERO, features);
	}

	private TestAgent(FakeCapabilitySource capabilities, Duration ttl, Consumer<AgentBuilder> features) {
		this.capabilities = capabilities;
		this.monitor = BudgetMonitor.builder(() -> Map.copyOf(this.budget), (task) -> {
		}).build();
		GuardListener listener = (outcome) -> this.refused.add(outcome.tool() + " " + outcome.decision().code());
		this.runtime = AgentRuntime.of(new AgentIdentity(null, "agt_1"), (agent) -> {
			agent.provide(CapabilityDecisions.class,
					(runtime) -> CapabilityDecisions.builder(this.capabilities).allowTtl(ttl).denyTtl(ttl).build());
			agent.provide(BudgetMonitor.class, (runtime) -> this.monitor);
			CurrentUser user = CurrentUser.of(List::of, List.of());
			agent.provide(Guard.class, (runtime) -> new Guard(() -> runtime.get(CapabilityDecisions.class), () -> user,
					new GuardReports(() -> "agt_1", () -> List.of(listener)), null, runtime::gates));
			features.accept(agent);
		});
	}

	LumoAuthAdk adk() {
		return LumoAuthAdk.of(this.runtime);
	}

	long tokensUsed() {
		return Objects.requireNonNull(Objects.requireNonNull(this.monitor.status().limit("max_tokens_per_day")).used())
			.longValue();
	}

	/**
	 * Run an agent once, in a session of its own.
	 */
	static List<Event> run(BaseAgent agent, RunConfig config, Plugin... plugins) {
		return run(agent, "user", config, plugins);
	}

	static List<Event> run(BaseAgent agent, String user, RunConfig config, Plugin... plugins) {
		InMemoryRunner runner = new InMemoryRunner(agent, "test", List.of(plugins));
		String session = runner.sessionService().createSession("test", user).blockingGet().id();
		return runner.runAsync(user, session, Content.fromParts(Part.fromText("go")), config).toList().blockingGet();
	}

}
