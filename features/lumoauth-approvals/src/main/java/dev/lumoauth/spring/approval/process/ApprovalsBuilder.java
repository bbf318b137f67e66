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

package dev.lumoauth.spring.approval.process;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.approval.AfterDenial;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.ApprovedCallEvent;
import dev.lumoauth.spring.approval.ResumableCalls;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Builder for the {@link Approvals} of an agent: how people are asked to approve its
 * calls.
 *
 * @since 0.1.0
 */
public final class ApprovalsBuilder {

	private static final String PROCESS = UUID.randomUUID().toString();

	private final String agent;

	private Supplier<ApprovalChannel> channel;

	private Supplier<ApprovalStore> store = SingletonSupplier.of(ApprovalStore::inMemory);

	private Duration ttl = Duration.ofMinutes(5);

	private Duration patience = Duration.ZERO;

	private Duration keepResults = Duration.ofMinutes(10);

	private boolean requestDenied;

	private Set<String> redacted = Set.of();

	private int maxPendingPerUser = 20;

	private Duration afterDenial = Duration.ofMinutes(1);

	private @Nullable String approver;

	private String process = PROCESS;

	private Clock clock = Clock.systemUTC();

	private Consumer<ApplicationEvent> events = (event) -> {
	};

	private Supplier<List<ResumableCalls>> resumable = List::of;

	private Function<Object, @Nullable String> beans = (object) -> null;

	private @Nullable ClassLoader loader = ClassUtils.getDefaultClassLoader();

	/**
	 * Create a builder.
	 * @param agent the client id of the agent
	 * @param channel supplies the channel by which people are asked; called with the
	 * first call that needs it
	 */
	public ApprovalsBuilder(String agent, Supplier<ApprovalChannel> channel) {
		this.agent = agent;
		this.channel = channel;
	}

	/**
	 * Set another channel by which people are asked.
	 * @param channel supplies the channel; called with the first call that needs it
	 * @return this builder
	 */
	public ApprovalsBuilder channel(Supplier<ApprovalChannel> channel) {
		this.channel = channel;
		return this;
	}

	/**
	 * Set where requests are kept; in this process by default.
	 * @param store supplies the store; called with the first call that needs it
	 * @return this builder
	 */
	public ApprovalsBuilder store(Supplier<ApprovalStore> store) {
		this.store = store;
		return this;
	}

	/**
	 * Set how long an approval lasts; 5 minutes by default.
	 * @param ttl the time
	 * @return this builder
	 */
	public ApprovalsBuilder ttl(Duration ttl) {
		this.ttl = ttl;
		return this;
	}

	/**
	 * Set how long a call waits for a person; not at all by default.
	 * @param patience the time
	 * @return this builder
	 */
	public ApprovalsBuilder patience(Duration patience) {
		this.patience = patience;
		return this;
	}

	/**
	 * Set how long results and denials are kept for a caller that makes the same call
	 * again; 10 minutes by default.
	 * @param keepResults the time
	 * @return this builder
	 */
	public ApprovalsBuilder keepResults(Duration keepResults) {
		this.keepResults = keepResults;
		return this;
	}

	/**
	 * Set whether people are asked for a capability that the agent lacks; not by default.
	 * @param requestDenied whether they are asked
	 * @return this builder
	 */
	public ApprovalsBuilder requestDenied(boolean requestDenied) {
		this.requestDenied = requestDenied;
		return this;
	}

	/**
	 * Set which arguments the person doesn't see; the person sees their fingerprints.
	 * @param redacted their names, at any depth, in upper or lower case
	 * @return this builder
	 */
	public ApprovalsBuilder redacted(Set<String> redacted) {
		this.redacted = Set.copyOf(redacted);
		return this;
	}

	/**
	 * Set how many calls of one user may wait for a person; 20 by default.
	 * @param max the limit for one user, or for one conversation without a user; all
	 * calls without either count together
	 * @return this builder
	 */
	public ApprovalsBuilder maxPendingPerUser(int max) {
		this.maxPendingPerUser = max;
		return this;
	}

	/**
	 * Set how long nobody is asked about a tool for a user after a person has denied a
	 * call of it, whatever the arguments; 1 minute by default. Each further denial within
	 * a day doubles the pause, up to an hour.
	 * @param afterDenial the first pause; zero for none
	 * @return this builder
	 */
	public ApprovalsBuilder afterDenial(Duration afterDenial) {
		this.afterDenial = afterDenial;
		return this;
	}

	/**
	 * Set who is asked if a call is not made on behalf of a user.
	 * @param approver an e-mail address or an id, or {@code null} to let LumoAuth choose
	 * @return this builder
	 */
	public ApprovalsBuilder approver(@Nullable String approver) {
		this.approver = approver;
		return this;
	}

	/**
	 * Build as if in another process.
	 */
	ApprovalsBuilder process(String process) {
		this.process = process;
		return this;
	}

	/**
	 * Set the clock; the system's by default.
	 * @param clock the clock
	 * @return this builder
	 */
	public ApprovalsBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * Set the consumer of the events.
	 * @param events takes an {@link ApprovalRequestedEvent}, an
	 * {@link ApprovalDecidedEvent} or an {@link ApprovedCallEvent}
	 * @return this builder
	 */
	public ApprovalsBuilder events(Consumer<ApplicationEvent> events) {
		this.events = events;
		return this;
	}

	/**
	 * Set the finders of calls that were made in another process.
	 * @param resumable supplies the finders
	 * @return this builder
	 */
	public ApprovalsBuilder resumable(Supplier<List<ResumableCalls>> resumable) {
		this.resumable = resumable;
		return this;
	}

	/**
	 * Set where the application's beans are. An approval of a bean's code is for the bean
	 * of that name, in each replica and after a restart. An approval of other code may be
	 * for one object in this process.
	 * @param beanFactory has the beans
	 * @return this builder
	 */
	public ApprovalsBuilder beans(ConfigurableListableBeanFactory beanFactory) {
		this.beans = new BeanNames(beanFactory);
		this.loader = beanFactory.getBeanClassLoader();
		return this;
	}

	/**
	 * Build the approvals. They have to be closed, since they read the states of requests
	 * in the background.
	 * @return the approvals of the agent
	 */
	public Approvals build() {
		ApprovalSettings settings = new ApprovalSettings(this.agent, this.ttl, this.patience, this.keepResults,
				this.requestDenied, this.redacted, this.maxPendingPerUser, new AfterDenial(this.afterDenial),
				this.approver, this.process);
		return new Approvals(settings, this.channel, this.store, this.clock, this.events, this.resumable,
				new CodeIdentity(this.beans, this.loader));
	}

}
