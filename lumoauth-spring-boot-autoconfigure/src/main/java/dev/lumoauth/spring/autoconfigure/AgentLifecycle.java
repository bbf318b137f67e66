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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties.VerifyAtStart;
import dev.lumoauth.spring.autoconfigure.config.OwnCredentials;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.StringUtils;

/**
 * Says in one line at start who the application is and what is guarded, and asks LumoAuth
 * once whether it knows the agents: for a token, and for the budget with that token. Both
 * are remembered, so they are not requested again by the first call.
 * <p>
 * The agents end with the application, after everything that serves requests, and before
 * any bean that their parts may use, such as a data source.
 */
final class AgentLifecycle
		implements SmartInitializingSingleton, ApplicationListener<ApplicationReadyEvent>, SmartLifecycle {

	/** What LumoAuth says of an agent that it does not know, or if it is not LumoAuth. */
	private static final Set<String> WRONG = Set.of("unauthenticated", "protocol_error", "unavailable");

	private static final Log logger = LogFactory.getLog(AgentLifecycle.class);

	private final LumoAuthConnection connection;

	private final LumoAuthProperties properties;

	private final Supplier<List<GuardedCode>> guarded;

	private final Supplier<AgentRuntimes> agents;

	private final ConfigurableApplicationContext context;

	private final AtomicBoolean ready = new AtomicBoolean();

	private volatile boolean running;

	/**
	 * Create it.
	 * @param connection the connection to LumoAuth
	 * @param properties the properties
	 * @param guarded supplies what is guarded
	 * @param agents supplies the agents
	 * @param context the application
	 */
	AgentLifecycle(LumoAuthConnection connection, LumoAuthProperties properties, Supplier<List<GuardedCode>> guarded,
			Supplier<AgentRuntimes> agents, ConfigurableApplicationContext context) {
		this.connection = connection;
		this.properties = properties;
		this.guarded = guarded;
		this.agents = agents;
		this.context = context;
	}

	/**
	 * Before the application accepts requests.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		if (this.connection.clientId() != null && !hasOnlyASecret()) {
			// A key, a certificate, a platform or a module that is missing shows now. A
			// client secret was checked with the connection.
			this.agents.get().main().get(LumoAuthTokens.class);
		}
		if (this.properties.verifyAtStart() != VerifyAtStart.FAIL) {
			return;
		}
		List<String> problems = problems();
		if (!problems.isEmpty()) {
			throw new LumoAuthSetupException(String.join("\n\n", problems),
					"Correct the property that the description names. Or set lumoauth.verify-at-start=warn to start "
							+ "without LumoAuth's answer: guarded code is refused until LumoAuth answers.");
		}
	}

	private boolean hasOnlyASecret() {
		return !StringUtils.hasText(this.properties.sslBundle()) && !this.properties.dpop().enabled()
				&& this.properties.hasSecret()
				&& OwnCredentials.of(this.context).chosen("lumoauth", this.properties) == null;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (!this.ready.compareAndSet(false, true)) {
			return;
		}
		if (logger.isInfoEnabled()) {
			describe();
		}
		if (this.properties.verifyAtStart() == VerifyAtStart.WARN) {
			try {
				this.agents.get().main().get(BackgroundWork.class).executor().execute(this::warn);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The application ends", ex);
			}
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	/**
	 * An application may stop and start again. It is asked again when the application is
	 * closed, only if it is running.
	 */
	@Override
	public void stop() {
		if (!this.context.isClosed()) {
			return;
		}
		this.running = false;
		if (this.context.getBeanFactory().getSingleton(NamedAgentBeans.RUNTIMES) instanceof AgentRuntimes made) {
			made.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	private void describe() {
		List<String> agents = new ArrayList<>();
		if (this.connection.clientId() != null) {
			agents.add(this.connection.clientId());
		}
		this.properties.agents().forEach((name, agent) -> agents.add(agent.clientId() + " (" + name + ")"));
		List<GuardedCode> guarded = this.guarded.get();
		if (agents.isEmpty() && guarded.isEmpty()) {
			return;
		}
		String who = agents.isEmpty() ? "no agent" : (agents.size() > 1) ? "agents " : "agent ";
		logger.info("LumoAuth: " + who + String.join(", ", agents) + " of "
				+ ((this.connection.tenant() != null) ? "tenant " : "organization ") + this.connection.slug() + " at "
				+ this.connection.url() + "; guarded: " + layers(guarded) + announcements() + ".");
	}

	private String announcements() {
		return this.agents.get()
			.all()
			.stream()
			.limit(1)
			.flatMap((agent) -> agent.announcements().stream())
			.map((words) -> "; " + words)
			.collect(Collectors.joining());
	}

	/**
	 * The layers have the names that they have at the actuator's endpoint.
	 */
	private static String layers(List<GuardedCode> guarded) {
		if (guarded.isEmpty()) {
			return "nothing yet";
		}
		String layers = guarded.stream()
			.collect(Collectors.groupingBy(GuardedCode::layer, TreeMap::new, Collectors.counting()))
			.entrySet()
			.stream()
			.map((layer) -> layer.getValue() + " " + layer.getKey().code())
			.collect(Collectors.joining(", "));
		long approvals = guarded.stream()
			.filter((code) -> code.terms().all().stream().anyMatch((term) -> term.code().equals("approval")))
			.count();
		return layers + ((approvals > 0) ? " (" + approvals + " with a person's approval)" : "");
	}

	/**
	 * An application that ends meanwhile has interrupted the question.
	 */
	private void warn() {
		try {
			List<String> problems = problems();
			if (!this.context.isClosed()) {
				problems.forEach((problem) -> logger.warn(problem + (problem.endsWith(".") ? "" : ".")
						+ " The application goes on and asks again when it needs LumoAuth (lumoauth.verify-at-start=warn)."));
			}
		}
		catch (RuntimeException ex) {
			logger.debug("The agents could not be verified at the start", ex);
		}
	}

	/**
	 * Ask LumoAuth about each agent.
	 * @return a sentence for each agent that LumoAuth does not confirm
	 */
	private List<String> problems() {
		List<String> problems = new ArrayList<>();
		for (AgentRuntime agent : this.agents.get().all()) {
			String problem = problem(agent);
			if (problem != null) {
				problems.add("LumoAuth does not confirm agent %s (%s.client-id): %s"
					.formatted(agent.identity().clientId(), agent.identity().prefix(), problem));
			}
		}
		return problems;
	}

	private static @Nullable String problem(AgentRuntime agent) {
		try {
			agent.get(LumoAuthTokens.class).agentToken();
		}
		catch (LumoAuthRateLimitedException ex) {
			// It says nothing about the agent, and another start would make it worse.
			logger.warn(
					"Agent " + agent.identity().clientId() + " could not be verified at the start: " + ex.getMessage());
			return null;
		}
		catch (LumoAuthException ex) {
			return ex.getMessage();
		}
		String reason = agent.get(BudgetMonitor.class).status().reason();
		return (reason != null && WRONG.contains(reason)) ? BudgetMonitor.describe(reason) : null;
	}

}
