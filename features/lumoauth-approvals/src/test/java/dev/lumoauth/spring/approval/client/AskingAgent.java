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

package dev.lumoauth.spring.approval.client;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;

import dev.lumoauth.spring.client.ApiAgent;
import dev.lumoauth.spring.token.WireAgent;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;

/**
 * An agent that asks people, whose LumoAuth is a {@link WireMockExtension}.
 */
public final class AskingAgent extends ApiAgent {

	public static final String JIT_TASK = API + "/jit/task";

	public static final String JIT_REQUEST = API + "/jit/request";

	public static final String APPROVALS = API + "/agents/me/approvals";

	public static final String BC_AUTHORIZE = API + "/oauth/bc-authorize";

	public final ApprovalsClient client;

	public AskingAgent(WireMockExtension lumoAuth) {
		super(lumoAuth);
		this.client = new ApprovalsClient(this.http, this.tokens);
	}

	public static MappingBuilder poll() {
		return post(WireAgent.TOKEN)
			.withRequestBody(containing("grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba"));
	}

}
