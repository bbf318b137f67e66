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

package dev.lumoauth.spring.autoconfigure;

import java.net.URI;
import java.util.List;
import java.util.Set;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.approval.client.AskingAgent;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.RefusedRequest;
import dev.lumoauth.spring.token.TokenTarget;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * That an agent asks for what a server reports as missing only if the application says
 * so.
 */
class EscalationWiringTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private static final RefusedRequest REFUSED = new RefusedRequest(
			new TokenTarget("urn:a", null, Set.of("pay:write")), Origin.of(URI.create("https://a.example.com")),
			(name) -> name.equals("WWW-Authenticate")
					? List.of("Bearer error=\"insufficient_scope\", scope=\"pay:write\"") : List.of(),
			null);

	private ApplicationContextRunner application;

	@BeforeEach
	void application() {
		new AskingAgent(lumoAuth);
		lumoAuth.stubFor(post(AskingAgent.JIT_TASK).willReturn(jsonResponse("{\"error\":\"access_denied\"}", 403)));
		this.application = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class))
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp",
					"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret");
	}

	@Test
	void asksForNothingByDefault() {
		this.application.run((context) -> {
			assertThat(context.getBean(LumoAuthTokens.class).refused(REFUSED).get()).isEmpty();
			lumoAuth.verify(0, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
		});
	}

	@Test
	void asksIfItShall() {
		this.application.withPropertyValues("lumoauth.approvals.escalate=true").run((context) -> {
			assertThat(context.getBean(LumoAuthTokens.class).refused(REFUSED).get()).isEmpty();
			lumoAuth.verify(1, postRequestedFor(urlEqualTo(AskingAgent.JIT_TASK)));
		});
	}

}
