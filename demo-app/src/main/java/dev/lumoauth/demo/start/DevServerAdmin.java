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

package dev.lumoauth.demo.start;

import java.time.Instant;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.MediaType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Changes the dev server's data about the agent, and signs users in.
 */
class DevServerAdmin {

	private static final Log logger = LogFactory.getLog(DevServerAdmin.class);

	private static final String AGENT = "/dev/tenants/{tenant}/agents/{agent}";

	private final RestClient client;

	private final DevServerConnection connection;

	DevServerAdmin(DevServerConnection connection) {
		this.client = RestClient.create(connection.url().toString());
		this.connection = connection;
	}

	/**
	 * Take a capability from the agent.
	 * @param capability the capability
	 */
	void deny(String capability) {
		send(this.client.delete()
			.uri(AGENT + "/capabilities/{capability}", this.connection.tenant(), this.connection.clientId(),
					capability),
				"--demo.deny=" + capability);
	}

	/**
	 * Spend the agent's whole budget of today.
	 */
	void exhaustBudget() {
		send(this.client.post().uri(AGENT + "/budget/exhaust", this.connection.tenant(), this.connection.clientId()),
				"--demo.budget=exhausted");
	}

	/**
	 * Count the tokens that model calls have used. If the dev server can't be reached,
	 * only this process counts them.
	 * @param tokens the tokens
	 */
	void spend(long tokens) {
		try {
			this.client.post()
				.uri(AGENT + "/budget/spend", this.connection.tenant(), this.connection.clientId())
				.contentType(MediaType.APPLICATION_JSON)
				.body(Map.of("tokens", tokens))
				.retrieve()
				.toBodilessEntity();
		}
		catch (RestClientException ex) {
			logger.debug("The usage could not be reported to the dev server", ex);
		}
	}

	/**
	 * Return an access token as a user's login would.
	 * @param user the user's name
	 * @return the token
	 */
	OAuth2AccessToken userToken(String user) {
		String option = "--demo.user=" + user;
		try {
			UserLogin login = this.client.post()
				.uri("/dev/tenants/{tenant}/users/{user}/token", this.connection.tenant(), user)
				.contentType(MediaType.APPLICATION_JSON)
				.retrieve()
				.body(UserLogin.class);
			if (login == null) {
				throw new DemoStartException("The dev server could not apply " + option + ": it gave no token");
			}
			Instant now = Instant.now();
			return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, login.accessToken(), now,
					now.plusSeconds(login.expiresIn()));
		}
		catch (RestClientException ex) {
			throw failure(option, ex);
		}
	}

	private static void send(RestClient.RequestHeadersSpec<?> request, String option) {
		try {
			request.retrieve().toBodilessEntity();
		}
		catch (RestClientException ex) {
			throw failure(option, ex);
		}
	}

	private static DemoStartException failure(String option, RestClientException ex) {
		return new DemoStartException("The dev server could not apply " + option + ": " + ex.getMessage(), ex);
	}

	private record UserLogin(@JsonProperty("access_token") String accessToken,
			@JsonProperty("expires_in") long expiresIn) {

		@Override
		public String toString() {
			return "UserLogin[]";
		}

	}

}
