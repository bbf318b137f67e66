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

package dev.lumoauth.compatibility;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;

/**
 * What LumoAuth answers to the application.
 */
final class StandIn {

	private static final String API = "/t/acme-corp/api/v1";

	private StandIn() {
	}

	static void allow(WireMockExtension lumoAuth) {
		answer(lumoAuth, "/oauth/token", "client_credentials",
				"{\"access_token\":\"own\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
						+ "\"scope\":\"read:documents\"}");
		answer(lumoAuth, "/oauth/token", "token-exchange",
				"{\"access_token\":\"exchanged\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
						+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}");
		answer(lumoAuth, "/authz/check", "read:documents", "{\"permission\":\"read:documents\",\"allowed\":true}");
		answer(lumoAuth, "/authz/check", "delete:documents", "{\"permission\":\"delete:documents\",\"allowed\":false}");
		answer(lumoAuth, "/authz/check-bulk", "documents",
				"{\"results\":{\"read:documents\":true,\"delete:documents\":false}}");
		lumoAuth.stubFor(get(urlEqualTo(API + "/oauth/userinfo")).willReturn(
				okJson("{\"sub\":\"agent_1\",\"capabilities\":[],\"budget_policy\":{\"max_tokens_per_day\":1000}}")));
	}

	private static void answer(WireMockExtension lumoAuth, String resource, String request, String answer) {
		lumoAuth
			.stubFor(post(urlEqualTo(API + resource)).withRequestBody(containing(request)).willReturn(okJson(answer)));
	}

}
