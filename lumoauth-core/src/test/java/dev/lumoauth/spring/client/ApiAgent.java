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

package dev.lumoauth.spring.client;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;

/**
 * An agent that has a token, and whose LumoAuth is a {@link WireMockExtension}.
 */
public class ApiAgent {

	public static final String API = "/t/acme-corp/api/v1";

	public final WireAgent agent;

	public final LumoAuthHttp http;

	public final LumoAuthTokens tokens;

	public ApiAgent(WireMockExtension lumoAuth) {
		this.agent = new WireAgent(lumoAuth);
		this.http = this.agent.http();
		this.tokens = this.agent.tokens(this.http);
		lumoAuth.stubFor(post(WireAgent.TOKEN).withRequestBody(containing("grant_type=client_credentials"))
			.willReturn(WireAgent.token("agent-1", 3600)));
	}

}
