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

package dev.lumoauth.spring.test;

import java.net.URI;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import org.jspecify.annotations.Nullable;

/**
 * LumoAuth's dev server in tests with {@link WithDevServer}. Changes take effect at once:
 * the application forgets earlier answers. They are undone after the test.
 *
 * @since 0.1.0
 */
public final class LumoAuthDevServer {

	private final DevServerProcess process;

	private final DevServerAdmin admin;

	private final AgentMemory memory;

	LumoAuthDevServer(DevServerProcess process, AgentMemory memory) {
		this.process = process;
		this.admin = new DevServerAdmin(process.connection());
		this.memory = memory;
	}

	/**
	 * Start the server with its built-in file, or find the one that this JVM has started.
	 * This is for code that declares the connection as a bean, such as an application
	 * that is started from the test sources for development.
	 * @return the server's address and its first agent
	 * @throws IllegalStateException if there is no server, or it did not start; the
	 * message says why
	 */
	public static LumoAuthConnectionDetails start() {
		return DevServerProcess.start("").connection();
	}

	/**
	 * Return the address of the server.
	 * @return the address, without tenant
	 */
	public URI url() {
		return URI.create(this.process.connection().url());
	}

	/**
	 * Return the tenant.
	 * @return the slug of the first tenant in the server's file
	 */
	public String tenant() {
		return String.valueOf(this.process.connection().tenant());
	}

	/**
	 * Return the application's agent.
	 * @return the client id of the first agent in the server's file
	 */
	public String clientId() {
		return this.process.connection().clientId();
	}

	/**
	 * Grant capabilities to the agent.
	 * @param capabilities the names
	 */
	public void grant(String... capabilities) {
		change(() -> this.admin.grant(capabilities));
	}

	/**
	 * Revoke capabilities of the agent.
	 * @param capabilities the names
	 */
	public void revoke(String... capabilities) {
		change(() -> this.admin.revoke(capabilities));
	}

	/**
	 * Exhaust the agent's budget.
	 */
	public void exhaustBudget() {
		change(this.admin::exhaustBudget);
	}

	/**
	 * Make the server answer 503 to every request, or answer normally again. In an outage
	 * the application keeps the decisions and tokens that it has.
	 * @param unavailable whether it is unavailable
	 */
	public void unavailable(boolean unavailable) {
		this.admin.unavailable(unavailable);
		if (!unavailable) {
			forget();
		}
	}

	/**
	 * Return an access token as from a user's login.
	 * @param username a user of the server's file, such as {@code alice}
	 * @return the token's value, for {@code LumoAuthAgent.onBehalfOf}
	 */
	public String userToken(String username) {
		return this.admin.userToken(username);
	}

	/**
	 * Approve pending requests in a user's name. The application learns of it at once.
	 * @param username a user of the server's file who may decide
	 * @param request the name of the tool, for all its pending requests; or the id of one
	 * request in the server's inbox
	 * @throws IllegalStateException if there is no such pending request, or the user may
	 * not decide; the message lists the pending requests
	 */
	public void approve(String username, String request) {
		decide(username, request, "approve", null);
	}

	/**
	 * Deny pending requests in a user's name. The application learns of it at once.
	 * @param username a user of the server's file who may decide
	 * @param request the name of the tool, or the id of one request
	 * @param message the user's message to the agent; {@code null} for none
	 * @throws IllegalStateException if there is no such pending request, or the user may
	 * not decide
	 */
	public void deny(String username, String request, @Nullable String message) {
		decide(username, request, "deny", message);
	}

	private void decide(String username, String request, String decision, @Nullable String message) {
		this.admin.decide(username, request, decision, message);
		this.memory.refreshApprovals();
	}

	private void change(Runnable change) {
		change.run();
		forget();
	}

	void begin() {
		forget();
	}

	void end() {
		this.admin.undo();
	}

	private void forget() {
		this.memory.forget();
	}

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return "LumoAuth dev server at " + url() + describe(this.process.failure());
	}

	private static String describe(@Nullable String failure) {
		return (failure != null) ? " (" + failure + ")" : "";
	}

}
