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
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import dev.lumoauth.devserver.config.AgentProperties;
import dev.lumoauth.devserver.config.TenantProperties;
import dev.lumoauth.devserver.config.TenantProperties.Requirement;

/**
 * A tenant with its agents, audiences, users and applications. No other tenant sees them.
 *
 * @since 0.1.0
 */
public class Tenant {

	private final TenantProperties settings;

	private final Map<String, Agent> agents = new LinkedHashMap<>();

	private final List<Audience> audiences;

	private final List<AAuthResource> aauthResources;

	private final List<User> users;

	private final List<Application> applications;

	private final List<Connection> connections;

	private final DpopNonces dpopNonces;

	Tenant(TenantProperties settings, Clock clock) {
		this.settings = settings;
		this.dpopNonces = new DpopNonces(settings.dpopNonce() == Requirement.REQUIRED, clock);
		for (AgentProperties agent : settings.agents()) {
			this.agents.put(agent.clientId(), new Agent(agent, new Budget(agent.budgetPolicy(), clock)));
		}
		this.aauthResources = settings.aauth().resources().stream().map(AAuthResource::of).toList();
		this.audiences = settings.audiences().stream().map(Audience::of).toList();
		this.users = IntStream.range(0, settings.users().size())
			.mapToObj((index) -> User.of(settings.users().get(index), index + 1))
			.toList();
		this.applications = settings.applications().stream().map(Application::new).toList();
		this.connections = settings.connections()
			.stream()
			.map((connection) -> new Connection(connection, clock))
			.toList();
	}

	public String slug() {
		return this.settings.slug();
	}

	public TenantProperties settings() {
		return this.settings;
	}

	public DpopNonces dpopNonces() {
		return this.dpopNonces;
	}

	public Collection<Agent> agents() {
		return Collections.unmodifiableCollection(this.agents.values());
	}

	/**
	 * Finds an agent.
	 * @param id its id, which is its client id
	 * @return the agent, or nothing
	 */
	public Optional<Agent> agent(String id) {
		return Optional.ofNullable(this.agents.get(id));
	}

	/**
	 * Finds an agent that signs its requests.
	 * @param identifier its identifier in AAuth
	 * @return the agent, or nothing
	 */
	public Optional<Agent> aauthAgent(String identifier) {
		return this.agents.values()
			.stream()
			.filter((agent) -> agent.isEnabled() && agent.aauth() != null
					&& agent.aauth().identifier().equals(identifier))
			.findFirst();
	}

	public List<AAuthResource> aauthResources() {
		return this.aauthResources;
	}

	/**
	 * Finds an AAuth resource.
	 * @param identifier its identifier
	 * @return the resource, or nothing
	 */
	public Optional<AAuthResource> aauthResource(String identifier) {
		return this.aauthResources.stream().filter((resource) -> resource.identifier().equals(identifier)).findFirst();
	}

	public List<Audience> audiences() {
		return this.audiences;
	}

	public List<User> users() {
		return this.users;
	}

	/**
	 * Finds a user by username.
	 * @param username the username
	 * @return the user, or nothing
	 */
	public Optional<User> user(String username) {
		return this.users.stream().filter((user) -> user.username().equals(username)).findFirst();
	}

	/**
	 * Finds a user by the subject of the user's tokens.
	 * @param id the user's id
	 * @return the user, or nothing
	 */
	public Optional<User> userById(String id) {
		return this.users.stream().filter((user) -> user.id().equals(id)).findFirst();
	}

	/**
	 * Finds the user that a request names. The id is compared first, because one user's
	 * name could be another user's number.
	 * @param hint an id, an e-mail address, a username or a number
	 * @return the user, or nothing
	 */
	public Optional<User> userByHint(String hint) {
		return userById(hint)
			.or(() -> this.users.stream().filter((user) -> hint.equalsIgnoreCase(user.email())).findFirst())
			.or(() -> user(hint))
			.or(() -> this.users.stream().filter((user) -> hint.equals(String.valueOf(user.number()))).findFirst());
	}

	public List<Connection> connections() {
		return this.connections;
	}

	/**
	 * Finds a connection.
	 * @param id its id
	 * @return the connection, or nothing
	 */
	public Optional<Connection> connection(String id) {
		return this.connections.stream().filter((connection) -> connection.id().equals(id)).findFirst();
	}

	public List<Application> applications() {
		return this.applications;
	}

	/**
	 * Finds an application.
	 * @param id its id, which is its client id
	 * @return the application, or nothing
	 */
	public Optional<Application> application(String id) {
		return this.applications.stream().filter((application) -> application.id().equals(id)).findFirst();
	}

	/**
	 * Returns the addresses to which users return after they have logged in to a client.
	 * @param id a client id
	 * @return the URIs of an application or of an agent, possibly none
	 */
	public Set<URI> redirectUris(String id) {
		return application(id).map((application) -> application.settings().redirectUris())
			.or(() -> agent(id).map((agent) -> agent.settings().redirectUris()))
			.orElse(Set.of());
	}

	/**
	 * Returns whether there is a client with an id.
	 * @param id a client id
	 * @return whether it is the id of an agent or an application
	 */
	public boolean hasClient(String id) {
		return agent(id).isPresent() || application(id).isPresent();
	}

	@Override
	public String toString() {
		return slug();
	}

}
