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

package dev.lumoauth.spring.mcp.transport;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.mcp.McpConnectionAddress;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserToken;
import io.micrometer.observation.ObservationRegistry;
import io.modelcontextprotocol.spec.McpClientTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;

/**
 * Adds the token to the connections that are listed under
 * {@code lumoauth.mcp.connections}. The transport of each listed connection is replaced.
 * The new transport sends through transports that have the application's settings.
 */
final class McpTransports implements RevocationListener {

	private final McpConnections connections;

	private final Supplier<LumoAuthTokens> tokens;

	private final Supplier<@Nullable RequestSigner> signer;

	private final CallRequestObservations observations;

	private final Duration timeout;

	private final Map<String, Object> builders = new ConcurrentHashMap<>();

	private final Set<String> secured = ConcurrentHashMap.newKeySet();

	private final List<McpSessions> sessions = new CopyOnWriteArrayList<>();

	/**
	 * Create the transports.
	 * @param connections the listed connections
	 * @param tokens supplies the source of tokens
	 * @param signer supplies the signer for connections whose requests are signed;
	 * supplies {@code null} if there is none
	 * @param observations supplies the registry for the requests that call a tool
	 * @param timeout how long a server may take to open a session
	 */
	McpTransports(McpConnections connections, Supplier<LumoAuthTokens> tokens, Supplier<@Nullable RequestSigner> signer,
			Supplier<ObservationRegistry> observations, Duration timeout) {
		this.observations = new CallRequestObservations(observations);
		this.connections = connections;
		this.tokens = tokens;
		this.signer = signer;
		this.timeout = timeout;
	}

	/**
	 * Remember the builder of a connection's transport.
	 * @param connection the connection's name
	 * @param builder the transport's builder
	 */
	public void built(String connection, Object builder) {
		if (this.connections.address(connection) != null) {
			this.builders.put(connection, builder);
		}
	}

	/**
	 * Replace the transports of listed connections, and wrap the others.
	 * @param transports the transports as Spring AI built them
	 * @return the transports; those of other connections get no token
	 * @throws GuardConfigurationException if a listed connection has a transport that
	 * can't carry a token
	 */
	public List<NamedClientMcpTransport> secure(List<NamedClientMcpTransport> transports) {
		List<NamedClientMcpTransport> secured = new ArrayList<>(transports.size());
		for (NamedClientMcpTransport transport : transports) {
			McpConnectionAddress endpoint = this.connections.address(transport.name());
			secured.add(new NamedClientMcpTransport(transport.name(), (endpoint == null)
					? new UnlistedMcpTransport(transport.transport()) : secure(endpoint, transport.transport())));
		}
		return secured;
	}

	private McpClientTransport secure(McpConnectionAddress endpoint, McpClientTransport transport) {
		if (transport instanceof SecuredMcpTransport || transport instanceof RefusingMcpTransport) {
			return transport;
		}
		String name = endpoint.connection().name();
		String refusal = this.connections.refusal();
		if (refusal != null) {
			this.secured.add(name);
			return new RefusingMcpTransport(transport, refusal);
		}
		TransportBlueprint blueprint = TransportBlueprint.of(name, transport, this.builders.get(name));
		if (blueprint == null) {
			throw new GuardConfigurationException(
					"MCP connection '" + name + "' has a transport of class " + transport.getClass().getName()
							+ ". No token can be put on one that Spring AI's auto-configuration did not build, nor on "
							+ "one with SSE over a WebClient.",
					"Configure the connection under spring.ai.mcp.client.streamable-http, or remove "
							+ "lumoauth.mcp.connections." + name + ".");
		}
		Supplier<TokenTarget> target = this.connections.target(endpoint);
		RequestSigner signer = endpoint.connection().signed() ? signer(name) : null;
		BiFunction<@Nullable UserToken, BooleanSupplier, McpClientTransport> transports = (user, listening) -> blueprint
			.build(new BearerTokens(endpoint, target, this.tokens, user, signer, this.observations, listening));
		McpSessions sessions = new McpSessions(transports, this.timeout, Clock.systemUTC());
		this.secured.add(name);
		this.sessions.add(sessions);
		// Not Spring AI's: its HTTP client would keep a thread.
		McpClientTransport prototype = transports.apply(null, () -> false);
		return new SecuredMcpTransport(prototype, sessions, endpoint.connection());
	}

	private RequestSigner signer(String connection) {
		RequestSigner found = this.signer.get();
		if (found == null) {
			throw new GuardConfigurationException(
					"lumoauth.mcp.connections." + connection + ".aauth is true, and nothing can sign its requests.",
					"Add dev.lumoauth:lumoauth-aauth to the build and set lumoauth.aauth.agent, or remove "
							+ "lumoauth.mcp.connections." + connection + ".aauth.");
		}
		return found;
	}

	/**
	 * End the sessions of a user whose tokens were revoked, or all sessions if the
	 * agent's tokens were revoked.
	 */
	@Override
	public void revoked(Revocation revocation) {
		if (revocation.effect() == Revocation.Effect.DECISIONS || this.sessions.isEmpty()) {
			return;
		}
		boolean agent = revocation.concerns(this.tokens.get().names());
		this.sessions
			.forEach((sessions) -> sessions.endOf((names) -> agent || (names != null && revocation.concerns(names))));
	}

	/**
	 * Make sure that no listed connection was left out. Closed ones send nothing.
	 * @throws GuardConfigurationException if one has no token on it
	 */
	public void requireAllSecured() {
		if (this.connections.refusal() != null) {
			return;
		}
		Set<String> missing = new TreeSet<>(this.connections.names());
		missing.removeAll(this.secured);
		if (!missing.isEmpty()) {
			throw new GuardConfigurationException(
					"Spring AI made no transport for the MCP connections " + missing
							+ " of lumoauth.mcp.connections, so there is nothing to put a token on.",
					"Add spring-ai-starter-mcp-client, or let its transport auto-configuration run.");
		}
	}

}
