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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.lumoauth.spring.guard.Gate;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What the features of an application add to one of its agents. Everything that is added
 * is made only when it is first asked for, from the agent's {@link AgentRuntime}.
 *
 * @since 0.1.0
 */
public final class AgentBuilder {

	private final @Nullable AgentIdentity identity;

	private final BiFunction<String, Class<?>, ?> settings;

	final Map<Class<?>, Function<AgentRuntime, ?>> parts = new LinkedHashMap<>();

	final Map<Class<?>, List<BiFunction<AgentRuntime, Object, ?>>> customizers = new LinkedHashMap<>();

	final Map<Class<?>, List<Function<AgentRuntime, ?>>> members = new LinkedHashMap<>();

	final Map<String, Function<AgentRuntime, ?>> details = new LinkedHashMap<>();

	AgentBuilder(@Nullable AgentIdentity identity, BiFunction<String, Class<?>, ?> settings) {
		this.identity = identity;
		this.settings = settings;
	}

	/**
	 * Return which agent this is.
	 * @return the agent; {@code null} if the application has no default agent, and this
	 * is the runtime that decides for others, such as the callers of its MCP server
	 */
	public @Nullable AgentIdentity identity() {
		return this.identity;
	}

	/**
	 * Return settings of this agent.
	 * @param prefix the prefix below the agent's, such as {@code dpop}
	 * @param type the type of the settings, a properties class with default values
	 * @param <P> the type of the settings
	 * @return the values of {@code lumoauth.<prefix>}, or for a named agent of
	 * {@code lumoauth.agents.<name>.<prefix>}
	 */
	public <P> P settings(String prefix, Class<P> type) {
		String name = (this.identity != null) ? this.identity.name() : null;
		return type.cast(this.settings.apply(AgentIdentity.prefix(name) + "." + prefix, type));
	}

	/**
	 * Add a part that {@link AgentRuntime#get} returns.
	 * @param type the type by which the part is found
	 * @param make makes the part; may be called on several threads at once, of which one
	 * result is used
	 * @param <T> the type of the part
	 * @return this
	 * @throws IllegalStateException if another feature provides this type
	 */
	public <T> AgentBuilder provide(Class<T> type, Function<AgentRuntime, ? extends T> make) {
		Assert.state(this.parts.putIfAbsent(type, make) == null,
				() -> "Two features provide " + type.getName() + ": one of them has to customize it instead");
		return this;
	}

	/**
	 * Put something around a part that another feature provides. What the application
	 * itself puts in place of that part is left as it is.
	 * @param type the type of the part
	 * @param wrap returns what is used instead of the part; customizers are applied in
	 * the order in which they were added
	 * @param <T> the type of the part
	 * @return this
	 */
	public <T> AgentBuilder customize(Class<T> type, BiFunction<AgentRuntime, ? super T, ? extends T> wrap) {
		this.customizers.computeIfAbsent(type, (each) -> new ArrayList<>())
			.add((runtime, part) -> wrap.apply(runtime, type.cast(part)));
		return this;
	}

	/**
	 * Add one of several parts of the same type, which {@link AgentRuntime#all} returns.
	 * @param type the type of the parts
	 * @param make makes the part
	 * @param <T> the type of the parts
	 * @return this
	 */
	public <T> AgentBuilder add(Class<T> type, Function<AgentRuntime, ? extends T> make) {
		this.members.computeIfAbsent(type, (each) -> new ArrayList<>()).add(make);
		return this;
	}

	/**
	 * Add a gate, which decides about the agent's calls on one kind of term.
	 * @param gate makes the gate
	 * @return this
	 */
	public AgentBuilder gate(Function<AgentRuntime, ? extends Gate<?>> gate) {
		return add(Gate.class, gate);
	}

	/**
	 * Add a part that forgets after a revocation, and between two tests.
	 * @param part makes the part. The parts forget in the order in which they were added,
	 * the agent's tokens first
	 * @return this
	 */
	public AgentBuilder forgets(Function<AgentRuntime, ? extends Forgetting> part) {
		return add(Forgetting.class, part);
	}

	/**
	 * Describe the state of a part, for people who run the application. A description has
	 * no secret, no token, no user, and no text that a server wrote.
	 * @param name the name of the description at the actuator's endpoint
	 * @param detail returns the state without sending a request, made of maps, lists,
	 * texts, numbers and times; {@code null} = nothing to tell
	 * @return this
	 */
	public AgentBuilder describes(String name, Function<AgentRuntime, ? extends @Nullable Object> detail) {
		Assert.state(this.details.putIfAbsent(name, detail) == null, () -> "There are two descriptions '" + name + "'");
		return this;
	}

	/**
	 * Say something about this agent in the line that the application logs at its start.
	 * @param words returns a clause, such as {@code tokens are kept in redis};
	 * {@code null} = nothing to say
	 * @return this
	 */
	public AgentBuilder announces(Function<AgentRuntime, @Nullable String> words) {
		return add(Announcement.class, (runtime) -> () -> words.apply(runtime));
	}

	/**
	 * A clause of the line at the start.
	 */
	@FunctionalInterface
	interface Announcement {

		@Nullable String words();

	}

}
