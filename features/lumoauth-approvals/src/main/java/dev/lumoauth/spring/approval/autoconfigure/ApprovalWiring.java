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

package dev.lumoauth.spring.approval.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.approval.channel.ApprovalChannels;
import dev.lumoauth.spring.approval.escalation.JitEscalation;
import dev.lumoauth.spring.approval.jdbc.JdbcApprovalStore;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RefusedRequestHandler;
import dev.lumoauth.spring.token.TokensCustomizer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.function.SingletonSupplier;

/**
 * Creates the approvals of agents from the properties. When the application stops, chats
 * that go on after a decision come to their end first.
 */
final class ApprovalWiring implements AgentFeature, SmartLifecycle {

	/** Shorter than Kubernetes and Spring wait for an application that stops. */
	private static final Duration END_OF_CHATS = Duration.ofSeconds(20);

	private static final Log logger = LogFactory.getLog(ApprovalWiring.class);

	static final String CUSTOM = "custom";

	private final List<Approvals> created = new CopyOnWriteArrayList<>();

	private volatile boolean running;

	private final LumoAuthApprovalsProperties properties;

	private final ApplicationEventPublisher events;

	private final ConfigurableListableBeanFactory beanFactory;

	ApprovalWiring(LumoAuthApprovalsProperties properties, ApplicationEventPublisher events,
			ConfigurableListableBeanFactory beanFactory) {
		this.properties = properties;
		this.events = events;
		this.beanFactory = beanFactory;
	}

	@Override
	public void addTo(AgentBuilder agent) {
		AgentIdentity identity = agent.identity();
		if (identity == null) {
			return;
		}
		boolean unnamed = identity.name() == null;
		agent.provide(Approvals.class,
				(runtime) -> approvals(identity.clientId(),
						new ApprovalsClient(runtime.get(LumoAuthHttp.class), runtime.get(LumoAuthTokens.class)),
						() -> ownChannel(unnamed),
						unnamed ? () -> this.beanFactory.getBeanProvider(ResumableCalls.class).orderedStream().toList()
								: List::of));
		agent.provide(LumoAuthApprovals.class, (runtime) -> runtime.get(Approvals.class));
		agent.gate((runtime) -> Approvals.gate(() -> used(runtime)));
		agent.add(TokensCustomizer.class, (runtime) -> (tokens) -> tokens.refusedRequests(
				escalation(runtime.get(LumoAuthHttp.class), runtime.get(BackgroundWork.class).executor())));
		agent.describes("approvals",
				(runtime) -> ApprovalsDescription.of(runtime.get(LumoAuthApprovals.class), this, ownChannel(unnamed)));
		agent.announces((runtime) -> "people are asked by " + channelCode(ownChannel(unnamed)));
	}

	/**
	 * Looked up with the first call that needs an approval.
	 */
	private static Approvals used(AgentRuntime runtime) {
		return (runtime.get(LumoAuthApprovals.class) instanceof Approvals approvals) ? approvals
				: runtime.get(Approvals.class);
	}

	/**
	 * Take care of the requests of an agent that were made before.
	 */
	static void start(AgentRuntime agent) {
		if (agent.find(LumoAuthApprovals.class) instanceof Approvals approvals) {
			approvals.start();
		}
	}

	/**
	 * Create the approvals of an agent.
	 * @param clientId the agent's client id
	 * @param client the agent's connection to LumoAuth
	 * @param own the application's own approval channel, or nothing
	 * @param resumable finds calls that were made in another process
	 */
	private Approvals approvals(String clientId, ApprovalsClient client, Supplier<@Nullable ApprovalChannel> own,
			Supplier<List<ResumableCalls>> resumable) {
		ApprovalsBuilder builder = new ApprovalsBuilder(clientId, SingletonSupplier.of(() -> {
			ApprovalChannel channel = own.get();
			return (channel != null) ? channel : channel(client);
		})).ttl(this.properties.ttl())
			.patience(this.properties.patience())
			.keepResults(this.properties.keepResults())
			.requestDenied(this.properties.requestDenied())
			.redacted(new LinkedHashSet<>(this.properties.redact()))
			.maxPendingPerUser(this.properties.maxPendingPerUser())
			.afterDenial(this.properties.afterDenial())
			.approver(this.properties.approver())
			.events(this.events::publishEvent)
			.resumable(resumable)
			.beans(this.beanFactory);
		if (isKept()) {
			builder.store(() -> this.beanFactory.getBean(ApprovalStore.class));
		}
		this.beanFactory.getBeanProvider(ApprovalsCustomizer.class)
			.orderedStream()
			.forEach((customizer) -> customizer.customize(builder));
		Approvals approvals = builder.build();
		this.created.add(approvals);
		return approvals;
	}

	@Override
	public void start() {
		this.running = true;
		this.created.forEach(Approvals::goOn);
	}

	@Override
	public void stop() {
		this.running = false;
		Instant end = Instant.now().plus(END_OF_CHATS);
		for (Approvals approvals : this.created) {
			if (!approvals.pause(Duration.between(Instant.now(), end))) {
				logger.warn("The application stops while a chat goes on after a person's decision: a listener of "
						+ "ApprovalDecidedEvent has not ended within " + END_OF_CHATS.toSeconds() + " s");
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * After the web server, whose requests make calls until they end, and before what
	 * chats use.
	 */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 3072;
	}

	/**
	 * Return the name of the channel in descriptions.
	 * @param own the application's own channel, if the agent has one
	 */
	String channelCode(@Nullable ApprovalChannel own) {
		return (own != null) ? CUSTOM : code(this.properties.channel());
	}

	String modeCode() {
		return this.properties.patience().isZero() ? "interrupt" : "wait";
	}

	String storeCode() {
		ApprovalStore store = store();
		if (store == null) {
			return "memory";
		}
		return (store instanceof JdbcApprovalStore) ? "jdbc" : CUSTOM;
	}

	private @Nullable ApprovalStore store() {
		return this.beanFactory.getBeanProvider(ApprovalStore.class).getIfAvailable();
	}

	/**
	 * The application's own channel is the default agent's.
	 */
	private @Nullable ApprovalChannel ownChannel(boolean unnamed) {
		return unnamed ? this.beanFactory.getBeanProvider(ApprovalChannel.class).getIfAvailable() : null;
	}

	/**
	 * Return whether requests outlive the process that made them.
	 */
	boolean isKept() {
		return store() != null;
	}

	private static String code(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Return a factory for the escalation, which requests permissions that servers report
	 * as missing.
	 * @param http the agent's connection to LumoAuth
	 * @param executor asks LumoAuth
	 * @return the factory; {@code null} if the agent does not request them
	 */
	private @Nullable Function<LumoAuthTokens, RefusedRequestHandler> escalation(LumoAuthHttp http, Executor executor) {
		if (!this.properties.escalate()) {
			return null;
		}
		return (tokens) -> new JitEscalation(new ApprovalsClient(http, tokens), this.properties.ttl(),
				this.properties.afterDenial(), this.properties.pollInterval(), executor, Clock.systemUTC());
	}

	private ApprovalChannel channel(ApprovalsClient client) {
		return switch (this.properties.channel()) {
			case JIT -> ApprovalChannels.jit(client, this.properties.pollInterval(), Clock.systemUTC(),
					this.properties.callbackUrl());
			case PUSH -> ApprovalChannels.push(client);
			case CIBA -> ApprovalChannels.ciba(client, Clock.systemUTC());
		};
	}

}
