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

import java.util.function.Supplier;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.common.McpTransportContext;
import org.jspecify.annotations.Nullable;

/**
 * Carries a call from the thread that makes it to the request: the user on whose behalf
 * the call is made, and what the context of the call passes on, which is the own tokens
 * of the call, how long the call may wait for LumoAuth, and when nobody waits for its
 * answer any longer. It also carries the application's own context.
 */
final class McpUserContext implements McpTransportContext {

	private static final String CALL = CallContext.class.getName();

	private static final String USER = UserToken.class.getName();

	private final McpTransportContext application;

	private final @Nullable UserToken user;

	private final CallContext call;

	private McpUserContext(McpTransportContext application, @Nullable UserToken user, CallContext call) {
		this.application = application;
		this.user = user;
		this.call = call;
	}

	/**
	 * Return the user on whose behalf a message is sent.
	 * @param context the message's context
	 * @param connection the connection's name
	 * @return the user's token
	 * @throws UserRequiredException if there is no user: nothing is sent then
	 */
	static UserToken requireUser(McpTransportContext context, String connection) {
		if (context.get(USER) instanceof UserToken user) {
			return user;
		}
		throw new UserRequiredException("MCP connection '" + connection + "' acts for a user "
				+ "(lumoauth.mcp.connections." + connection
				+ ".on-behalf-of=user), but there is no user where the connection is called: no request is sent", null);
	}

	/**
	 * Return what a message knows of the call that it belongs to.
	 * @param context the message's context
	 */
	static CallContext call(McpTransportContext context) {
		return (context.get(CALL) instanceof CallContext call) ? call : CallContext.EMPTY;
	}

	@Override
	@SuppressWarnings("NullAway") // null is the interface's answer for an unknown key
	public @Nullable Object get(String key) {
		if (CALL.equals(key)) {
			return this.call;
		}
		return USER.equals(key) ? this.user : this.application.get(key);
	}

	/**
	 * Without the carried data.
	 */
	@Override
	public String toString() {
		return "McpUserContext[" + ((this.user != null) ? "a user" : "no user") + "]";
	}

	/**
	 * Creates a context on the thread that makes a call.
	 *
	 * @param application supplies the application's own context
	 * @param user finds the current user
	 */
	record Provider(Supplier<McpTransportContext> application,
			Supplier<@Nullable UserToken> user) implements Supplier<McpTransportContext> {

		@Override
		public McpTransportContext get() {
			return new McpUserContext(this.application.get(), this.user.get(),
					WaitAllowance.current().in(CallContext.current().passedOn()));
		}

	}

}
