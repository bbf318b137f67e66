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

import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Changes what the dev server says about the agent.
 */
class DevServerAdmin {

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
	 * Spend all that the agent may spend today.
	 */
	void exhaustBudget() {
		send(this.client.post().uri(AGENT + "/budget/exhaust", this.connection.tenant(), this.connection.clientId()),
				"--demo.budget=exhausted");
	}

	private static void send(RestClient.RequestHeadersSpec<?> request, String option) {
		try {
			request.retrieve().toBodilessEntity();
		}
		catch (RestClientException ex) {
			throw new DemoStartException("The dev server did not do " + option + ": " + ex.getMessage(), ex);
		}
	}

}
