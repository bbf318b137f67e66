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

package dev.lumoauth.devserver.state;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.AAuthAgentProperties;
import dev.lumoauth.devserver.config.AgentProperties;

/**
 * An agent: its settings in the configuration file, its current capabilities, and its
 * budget. Thread-safe.
 *
 * @since 0.1.0
 */
public class Agent {

	private static final int MAX_ASKED = 100;

	private final AgentProperties settings;

	private final Budget budget;

	private final Credentials credentials;

	private final @Nullable AAuthIdentity aauth;

	private final Set<String> capabilities;

	private final Set<String> known;

	private final Map<String, Set<String>> tools = new ConcurrentHashMap<>();

	/** The denied tools: server and tool. */
	private final Set<List<String>> deniedTools = ConcurrentHashMap.newKeySet();

	private volatile boolean enabled = true;

	private volatile String name;

	Agent(AgentProperties settings, Budget budget) {
		this.settings = settings;
		this.budget = budget;
		this.credentials = new Credentials(settings);
		AAuthAgentProperties identity = settings.aauth();
		this.aauth = (identity != null)
				? new AAuthIdentity(identity.identifier(), identity.keys(), identity.trustFirstKey()) : null;
		this.capabilities = new ConcurrentSkipListSet<>();
		this.known = new ConcurrentSkipListSet<>();
		String configured = settings.name();
		this.name = (configured != null) ? configured : settings.clientId();
		settings.capabilities().forEach(this::grant);
		settings.mcpTools()
			.forEach((server) -> this.tools.computeIfAbsent(server.server(), (id) -> ConcurrentHashMap.newKeySet())
				.addAll(server.tools()));
	}

	/**
	 * Returns the agent's id, which is its client id.
	 * @return the id
	 */
	public String id() {
		return this.settings.clientId();
	}

	/**
	 * Returns the agent's display name.
	 * @return the name that it registered with, the name in the configuration file, or
	 * the id
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Gives the agent another display name.
	 * @param name 1 to 100 characters
	 */
	public void rename(String name) {
		if (name.isBlank() || name.length() > 100) {
			throw new IllegalArgumentException("a name is 1 to 100 characters");
		}
		this.name = name;
	}

	public AgentProperties settings() {
		return this.settings;
	}

	public Budget budget() {
		return this.budget;
	}

	public Credentials credentials() {
		return this.credentials;
	}

	/**
	 * Returns the agent's identity in AAuth.
	 * @return its identity, or {@code null} if it signs no requests
	 */
	public @Nullable AAuthIdentity aauth() {
		return this.aauth;
	}

	/**
	 * Returns the addresses to which users return after they have let the agent use a
	 * resource.
	 * @return the URIs, possibly none
	 */
	public Set<URI> consentRedirectUris() {
		AAuthAgentProperties identity = this.settings.aauth();
		return (identity != null && !identity.redirectUris().isEmpty()) ? identity.redirectUris()
				: this.settings.redirectUris();
	}

	/**
	 * Returns the current capabilities.
	 * @return a sorted copy
	 */
	public Set<String> capabilities() {
		return new TreeSet<>(this.capabilities);
	}

	public boolean hasCapability(String capability) {
		return this.capabilities.contains(capability);
	}

	/**
	 * Returns the capabilities that this agent has, had, or was asked about.
	 * @return a sorted copy
	 */
	public Set<String> knownCapabilities() {
		return new TreeSet<>(this.known);
	}

	/**
	 * Records that somebody asked whether the agent has a capability.
	 * @param capability the capability; ignored if it is not valid, or if 100 are already
	 * known
	 */
	public void asked(String capability) {
		if (this.known.size() < MAX_ASKED && isCapability(capability)) {
			this.known.add(capability);
		}
	}

	/**
	 * Grants a capability.
	 * @param capability 1 to 256 characters without blanks and control characters, as it
	 * becomes a scope (RFC 6749, section 3.3)
	 */
	public void grant(String capability) {
		if (!isCapability(capability)) {
			throw new IllegalArgumentException("a capability is 1 to 256 printable ASCII characters"
					+ " without blanks, quotation marks and backslashes");
		}
		this.capabilities.add(capability);
		this.known.add(capability);
	}

	public void revoke(String capability) {
		this.capabilities.remove(capability);
	}

	/**
	 * Returns whether the agent may call a tool of an MCP server.
	 * @param server the server's id
	 * @param tool the tool's name
	 * @return whether it may
	 */
	public boolean mayCall(String server, String tool) {
		Set<String> listed = this.tools.get(server);
		return (listed == null || listed.contains(tool)) && !this.deniedTools.contains(List.of(server, tool));
	}

	/**
	 * Allows or denies the agent a tool of an MCP server.
	 * @param server the server's id
	 * @param tool the tool's name
	 * @param allowed whether it may
	 */
	public void setMayCall(String server, String tool, boolean allowed) {
		Set<String> listed = this.tools.get(server);
		if (allowed) {
			this.deniedTools.remove(List.of(server, tool));
			if (listed != null) {
				listed.add(tool);
			}
		}
		else if (this.deniedTools.size() < MAX_ASKED) {
			this.deniedTools.add(List.of(server, tool));
		}
		else {
			throw new IllegalArgumentException("the agent is already denied %d tools".formatted(MAX_ASKED));
		}
	}

	/**
	 * Returns the tools that the agent was denied.
	 * @return server and tool of each
	 */
	public Set<List<String>> deniedTools() {
		return Set.copyOf(this.deniedTools);
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	/**
	 * Returns the scopes of a token if the request names no scope.
	 * @return its current capabilities and its default scopes
	 */
	public Set<String> defaultScopes() {
		Set<String> scopes = new LinkedHashSet<>(capabilities());
		scopes.addAll(this.settings.defaultScopes());
		return scopes;
	}

	/**
	 * Returns the scopes that the agent may request.
	 * @return its current capabilities and its other scopes
	 */
	public Set<String> grantableScopes() {
		Set<String> scopes = defaultScopes();
		scopes.addAll(this.settings.scopes());
		return scopes;
	}

	private static boolean isCapability(String text) {
		return !text.isEmpty() && text.length() <= 256
				&& text.chars().allMatch((c) -> c > ' ' && c < 127 && c != '"' && c != '\\');
	}

	@Override
	public String toString() {
		return id();
	}

}
