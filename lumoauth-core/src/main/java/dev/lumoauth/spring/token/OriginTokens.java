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

import java.util.Set;
import java.util.function.Consumer;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Bearer tokens that are sent to known origins only, and attached to requests as
 * exchanged ones are ({@link AuthorizationInterceptor}).
 *
 * @since 0.1.0
 */
public interface OriginTokens {

	/**
	 * Return the name of the tokens for a message, without an address: a model may read
	 * the message.
	 * @return such as {@code connection 'github'}
	 */
	String label();

	/**
	 * Return where the tokens may be sent.
	 * @return scheme, host and port of each
	 */
	Set<Origin> origins();

	/**
	 * Return the token for a request. May wait.
	 * @param user the user for whom the agent acts where the request was written, or
	 * {@code null}
	 * @param caller the party that started the code that sends the request
	 * @return the token
	 */
	OAuth2AccessToken token(@Nullable UserToken user, Caller caller);

	/**
	 * Return the token if it is in memory, without waiting.
	 * @return the token, or {@code null}
	 */
	@Nullable OAuth2AccessToken cached();

	/**
	 * Forget a token that was not accepted, if it is still the current one.
	 * @param token the token
	 * @return whether it is forgotten
	 */
	boolean discard(OAuth2AccessToken token);

	/**
	 * Return an interceptor that attaches the tokens to the requests of a
	 * {@code RestClient}.
	 * @param tokens the tokens
	 * @return the interceptor
	 */
	static ClientHttpRequestInterceptor interceptor(OriginTokens tokens) {
		return new AuthorizationInterceptor(new OriginAuthorizer(tokens));
	}

	/**
	 * Return a customizer that attaches the tokens to the requests of a
	 * {@code WebClient}.
	 * @param tokens the tokens
	 * @return for {@code WebClient.Builder.apply}
	 */
	static Consumer<WebClient.Builder> filter(OriginTokens tokens) {
		return new AuthorizationFilterFunction(new OriginAuthorizer(tokens)).configuration();
	}

}
