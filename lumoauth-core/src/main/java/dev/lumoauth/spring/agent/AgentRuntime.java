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

package dev.lumoauth.spring.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.util.Assert;

/**
 * One agent and its parts: its tokens, decisions, budget, and what features have added. A
 * part is made when it is first asked for, and then kept. Two agents share no part.
 * <p>
 * Thread-safe. No lock is held while a part is made: a part may need beans, and a thread
 * that waits here could hold a lock for which the bean factory waits. If two threads make
 * the same part, both get the same one, and the other one is closed.
 *
 * @since 0.1.0
 */
public final class AgentRuntime implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(AgentRuntime.class);

	private final AgentBuilder plan;

	private final Function<Class<?>, @Nullable Object> replacements;

	/** What {@link #get} has returned, by type. */
	private final Map<Class<?>, Object> parts = new ConcurrentHashMap<>();

	/** What features have made, by type, or by what makes it if there are several. */
	private final Map<Object, Object> made = new ConcurrentHashMap<>();

	private final Deque<Object> toClose = new ConcurrentLinkedDeque<>();

	private AgentRuntime(AgentBuilder plan, Function<Class<?>, @Nullable Object> replacements) {
		this.plan = plan;
		this.replacements = replacements;
	}

	/**
	 * Create an agent with default settings, for an application without Spring Boot.
	 * Nothing is sent before something is asked for.
	 *
	 * <pre class="code">
	 * AgentRuntime agent = AgentRuntime.connect(LumoAuthAddresses.forTenant(url, "acme"),
	 *         AgentCredentials.clientSecretBasic(clientId, clientSecret));
	 * agent.get(LumoAuthAgent.class).hasCapability("read:documents");
	 * </pre>
	 * @param addresses LumoAuth's addresses
	 * @param credentials how the agent proves who it is
	 * @param features what the agent has besides its identity, such as further gates
	 * @return the agent, with a {@link dev.lumoauth.spring.LumoAuthAgent}, a
	 * {@link dev.lumoauth.spring.guard.Guard} and a
	 * {@link dev.lumoauth.spring.budget.BudgetMonitor} among its parts. A user for whom
	 * it acts has to be {@linkplain dev.lumoauth.spring.user.Caller#of named}
	 */
	public static AgentRuntime connect(LumoAuthAddresses addresses, AgentCredentials credentials,
			AgentFeature... features) {
		List<AgentFeature> all = new ArrayList<>(List.of(new DirectIdentity(addresses, credentials)));
		all.addAll(List.of(features));
		return of(new AgentIdentity(null, credentials.clientId()), all.toArray(AgentFeature[]::new));
	}

	/**
	 * Create the runtime of an agent with default settings from its parts.
	 * @param identity the agent
	 * @param features what the agent consists of
	 * @return the runtime
	 */
	public static AgentRuntime of(AgentIdentity identity, AgentFeature... features) {
		return of(identity, (prefix, type) -> BeanUtils.instantiateClass(type), (type) -> null, List.of(features));
	}

	/**
	 * Create a runtime.
	 * @param identity the agent; {@code null} if the application has no default agent
	 * @param settings returns the settings under a prefix, as an object of a type
	 * @param replacements returns what the application has put in place of a part of a
	 * type; {@code null} = nothing. Asked once for each part that is there
	 * @param features what the agent consists of
	 * @return the runtime
	 */
	public static AgentRuntime of(@Nullable AgentIdentity identity, BiFunction<String, Class<?>, ?> settings,
			Function<Class<?>, @Nullable Object> replacements, Iterable<? extends AgentFeature> features) {
		AgentBuilder plan = new AgentBuilder(identity, settings);
		features.forEach((feature) -> feature.addTo(plan));
		return new AgentRuntime(plan, replacements);
	}

	/**
	 * Return which agent this is.
	 * @return the agent
	 * @throws IllegalStateException if the application has no default agent, and this
	 * runtime decides for others, such as the callers of its MCP server
	 */
	public AgentIdentity identity() {
		AgentIdentity identity = this.plan.identity();
		Assert.state(identity != null, "The application has no default agent");
		return identity;
	}

	/**
	 * Return whether this is an agent.
	 * @return {@code false} if the application has no default agent, and this runtime
	 * decides for others
	 */
	public boolean isAgent() {
		return this.plan.identity() != null;
	}

	/**
	 * Return a part of the agent: the application's own, if it has put one in place of
	 * that which a feature provides.
	 * @param type the type of the part
	 * @param <T> the type of the part
	 * @return the part
	 * @throws IllegalStateException if there is no such part
	 */
	public <T> T get(Class<T> type) {
		T part = find(type);
		Assert.state(part != null, () -> missing(type));
		return part;
	}

	/**
	 * Return a part of the agent, if there is one.
	 * @param type the type of the part
	 * @param <T> the type of the part
	 * @return the part as {@link #get} returns it, or {@code null}
	 */
	public <T> @Nullable T find(Class<T> type) {
		Object known = this.parts.get(type);
		if (known != null) {
			return type.cast(known);
		}
		if (!this.plan.parts.containsKey(type)) {
			return null;
		}
		Object replacement = this.replacements.apply(type);
		Object part = (replacement != null) ? replacement : own(type);
		this.parts.putIfAbsent(type, part);
		return type.cast(part);
	}

	/**
	 * Return the part that a feature provides, whatever the application has put in its
	 * place. The factory method of a bean asks here.
	 * @param type the type of the part
	 * @param <T> the type of the part
	 * @return the part
	 * @throws IllegalStateException if no feature provides the part
	 */
	public <T> T own(Class<T> type) {
		Function<AgentRuntime, ?> make = this.plan.parts.get(type);
		Assert.state(make != null, () -> missing(type));
		Object made = this.made.get(type);
		return type.cast((made != null) ? made : keep(this.made, type, customized(type, make.apply(this))));
	}

	/**
	 * Return a part of which no feature knows, as that of a framework: it is made with
	 * the first call and closed with the agent.
	 * @param type the type of the part
	 * @param make makes the part, unless a feature provides it
	 * @param <T> the type of the part
	 * @return the part, the same one for each call
	 */
	public <T> T get(Class<T> type, Function<AgentRuntime, ? extends T> make) {
		T part = find(type);
		if (part != null) {
			return part;
		}
		Object made = this.made.get(type);
		return type.cast((made != null) ? made : keep(this.made, type, make.apply(this)));
	}

	private Object customized(Class<?> type, Object part) {
		Object customized = part;
		for (BiFunction<AgentRuntime, Object, ?> wrap : this.plan.customizers.getOrDefault(type, List.of())) {
			customized = wrap.apply(this, customized);
		}
		return customized;
	}

	/**
	 * Return the parts of a type of which each feature may add some.
	 * @param type the type of the parts
	 * @param <T> the type of the parts
	 * @return the parts, in the order in which they were added
	 */
	@SuppressWarnings("unchecked")
	public <T> List<T> all(Class<T> type) {
		List<Object> all = new ArrayList<>();
		makers(type).forEach((make) -> all.add(member(make)));
		return (List<T>) Collections.unmodifiableList(all);
	}

	private List<Function<AgentRuntime, ?>> makers(Class<?> type) {
		return this.plan.members.getOrDefault(type, List.of());
	}

	private Object member(Function<AgentRuntime, ?> make) {
		Object made = this.made.get(make);
		return (made != null) ? made : keep(this.made, make, make.apply(this));
	}

	/**
	 * Return the gates of the agent.
	 * @return the gates that features have added
	 */
	@SuppressWarnings("rawtypes")
	public List<Gate<?>> gates() {
		List<Gate<?>> gates = new ArrayList<>();
		for (Gate gate : all(Gate.class)) {
			gates.add(gate);
		}
		return gates;
	}

	/**
	 * Return the first of two results of the same work.
	 */
	private Object keep(Map<Object, Object> made, Object key, Object part) {
		Object first = made.putIfAbsent(key, part);
		// One part may be provided under two types.
		boolean kept = this.toClose.stream().anyMatch((each) -> each == part);
		if (first != null) {
			if (first != part && !kept) {
				close(part);
			}
			return first;
		}
		if (!kept) {
			this.toClose.push(part);
		}
		return part;
	}

	/**
	 * Return the descriptions of the agent's parts, by their names.
	 * @return the state of each part that has something to tell
	 */
	public Map<String, Object> describe() {
		Map<String, Object> details = new LinkedHashMap<>();
		this.plan.details.forEach((name, detail) -> {
			Object state = detail.apply(this);
			if (state != null) {
				details.put(name, state);
			}
		});
		return details;
	}

	/**
	 * Return the clauses about this agent for the line at the start of the application.
	 * @return the clauses
	 */
	public List<String> announcements() {
		return all(AgentBuilder.Announcement.class).stream()
			.map(AgentBuilder.Announcement::words)
			.filter(Objects::nonNull)
			.toList();
	}

	/**
	 * Forget everything that the parts remember, as after a start of the application. A
	 * part that can't be made, or fails to forget, keeps no other part from forgetting.
	 */
	public void forget() {
		each(makers(Forgetting.class), (make) -> ((Forgetting) member(make)).forget());
	}

	/**
	 * Forget what LumoAuth has revoked.
	 * @param revocation what was revoked, and from whom
	 */
	public void forget(Revocation revocation) {
		each(makers(Forgetting.class), (make) -> ((Forgetting) member(make)).forget(revocation));
	}

	/**
	 * Do something with each, whatever happens with another.
	 */
	static <T> void each(List<T> all, Consumer<T> action) {
		RuntimeException failure = null;
		for (T one : all) {
			try {
				action.accept(one);
			}
			catch (RuntimeException ex) {
				if (failure == null) {
					failure = ex;
				}
				else {
					failure.addSuppressed(ex);
				}
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	/**
	 * Close the parts that can be closed, the last one first.
	 */
	@Override
	public void close() {
		for (Object part = this.toClose.poll(); part != null; part = this.toClose.poll()) {
			close(part);
		}
	}

	private static void close(Object part) {
		if (part instanceof AutoCloseable closeable) {
			try {
				closeable.close();
			}
			catch (Exception ex) {
				logger.debug("A part of an agent could not be closed", ex);
			}
		}
	}

	private String missing(Class<?> type) {
		AgentIdentity identity = this.plan.identity();
		return "No feature provides " + type.getName() + " for "
				+ ((identity != null) ? "agent '" + identity.clientId() + "'" : "an application without an agent");
	}

	/**
	 * Names the agent only.
	 */
	@Override
	public String toString() {
		return "AgentRuntime[" + (isAgent() ? identity() : "no agent") + "]";
	}

}
