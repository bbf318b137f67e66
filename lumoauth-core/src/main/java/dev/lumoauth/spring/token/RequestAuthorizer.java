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

package dev.lumoauth.spring.token;

import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Decides which request gets which token. {@link AuthorizationInterceptor} asks it for a
 * {@code RestClient}, {@link AuthorizationFilterFunction} for a {@code WebClient}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RequestAuthorizer {

	/**
	 * Return an authorizer that sends exchanged tokens for one audience, to one server. A
	 * request with an {@code Authorization} header of its own is sent unchanged, and a
	 * request to another server is not sent. A model whose tool made the request may read
	 * the exception, so it names no address.
	 * @param tokens the agent's tokens
	 * @param audience the server's id or its address, as in
	 * {@link LumoAuthTokens#exchange(String)}
	 * @param origin the origin of the server
	 * @return the authorizer
	 */
	static RequestAuthorizer exchanging(LumoAuthTokens tokens, String audience, Origin origin) {
		return (uri, headers, attributes, sender) -> {
			if (!origin.isOf(uri)) {
				throw new IllegalStateException("The request leads to another server than that of "
						+ TokenTarget.label(audience) + ", and is not sent: use a separate client for each server");
			}
			if (headers.containsHeader(HttpHeaders.AUTHORIZATION)) {
				return null;
			}
			Sender by = sender.get();
			return new ExchangedAuthorization(tokens, tokens.target(audience), by.user(), by.call(), origin);
		};
	}

	/**
	 * Return the authorization of a request.
	 * @param uri the absolute address to which the request leads
	 * @param headers the headers that the request has so far
	 * @param attributes the attributes of the request
	 * @param sender says for whom the request is sent; called only if the request gets a
	 * token
	 * @return the authorization; {@code null} if the request is sent unchanged
	 * @throws IllegalStateException if the request must not be sent
	 */
	@Nullable RequestAuthorization authorization(URI uri, HttpHeaders headers, Map<String, Object> attributes,
			Supplier<Sender> sender);

	/**
	 * The party for whom a request is sent.
	 *
	 * @param user the user on whose behalf the agent acts; {@code null} = it acts for
	 * itself
	 * @param call the tokens of the call that sends the request
	 * @param caller the party that started the code that sends the request
	 */
	record Sender(@Nullable UserToken user, CallTokens call, Caller caller) {

		/**
		 * Return the party for whom the running code acts.
		 * @return the party
		 */
		public static Sender ofThisThread() {
			return new Sender(UserScope.current(), CallTokens.current(), Caller.current());
		}

	}

}
