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
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;

/**
 * An agent whose LumoAuth is a {@link WireMockExtension}, with a clock that stands and
 * waits that are noted down instead of waited.
 */
public class WireAgent {

	public static final String CLIENT_ID = "agt_test";

	public static final String SECRET = "s3cret-MARKER+&=";

	public static final String TOKEN = "/t/acme-corp/api/v1/oauth/token";

	public static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

	public final ManualClock clock = new ManualClock();

	public final List<Duration> pauses = new ArrayList<>();

	public String tenant = "acme-corp";

	private final String url;

	private @Nullable ClientHttpRequestFactory requests;

	/** By its client id. */
	public Function<String, AgentCredentials> credentials = (clientId) -> AgentCredentials.clientSecretPost(clientId,
			SECRET);

	public String clientId = CLIENT_ID;

	public Set<String> scopes = Set.of();

	public TargetParameter targetParameter = TargetParameter.AUDIENCE;

	public boolean authenticateExchange = true;

	public Executor executor = Runnable::run;

	public Consumer<LumoAuthTokensBuilder> customizer = (tokens) -> {
	};

	public @Nullable SharedTokens sharedTokens;

	/** Longer than a busy machine needs for an answer. */
	public Duration readTimeout = Duration.ofMinutes(1);

	/** The same for all answers of a call. */
	public Duration maxWait = Duration.ofSeconds(30);

	public WireAgent(WireMockExtension lumoAuth) {
		this(lumoAuth.baseUrl());
	}

	public WireAgent(String url) {
		this.url = url;
	}

	/**
	 * An agent without a network.
	 */
	public WireAgent(ClientHttpRequestFactory requests) {
		this("http://localhost:1");
		this.requests = requests;
	}

	public LumoAuthHttp http(Consumer<LumoAuthHttp.Builder> customizer) {
		if (this.requests == null) {
			JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(
					HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build());
			factory.setReadTimeout(this.readTimeout);
			this.requests = factory;
		}
		LumoAuthHttp.Builder builder = LumoAuthHttp
			.builder(LumoAuthAddresses.forTenant(URI.create(this.url), this.tenant), this.clientId, this.requests)
			.clock(this.clock)
			.maxWait(this.maxWait)
			.pause((duration) -> {
				this.pauses.add(duration);
				this.clock.advance(duration);
			});
		customizer.accept(builder);
		return builder.build();
	}

	public LumoAuthHttp http() {
		return http((builder) -> {
		});
	}

	public LumoAuthTokens tokens() {
		return tokens(http());
	}

	public LumoAuthTokens tokens(LumoAuthHttp http) {
		LumoAuthTokensBuilder tokens = LumoAuthTokens.builder()
			.scopes(this.scopes)
			.targetParameter(this.targetParameter)
			.authenticateExchange(this.authenticateExchange)
			.clock(this.clock)
			.executor(this.executor)
			.sharedTokens(this.sharedTokens);
		this.customizer.accept(tokens);
		return tokens.build(http, this.credentials.apply(this.clientId));
	}

	/**
	 * Requests that get exchanged tokens for one server.
	 */
	public static RequestAuthorizer requests(LumoAuthTokens tokens, String audience, String url) {
		return RequestAuthorizer.exchanging(tokens, audience, Origin.of(URI.create(url)));
	}

	public static ResponseDefinitionBuilder token(String value, int seconds) {
		return okJson("{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_in\":" + seconds
				+ ",\"scope\":\"read:documents\"}");
	}

	public static ResponseDefinitionBuilder exchanged(String value, int seconds) {
		return okJson("{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_in\":" + seconds
				+ ",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}");
	}

	public static MappingBuilder agentTokenRequest() {
		return post(TOKEN).withFormParam("grant_type", equalTo("client_credentials"));
	}

	public static MappingBuilder exchangeRequest() {
		return post(TOKEN).withFormParam("grant_type", equalTo(EXCHANGE));
	}

	public static RequestPatternBuilder agentTokenRequests() {
		return postRequestedFor(urlEqualTo(TOKEN)).withFormParam("grant_type", equalTo("client_credentials"));
	}

	public static RequestPatternBuilder exchangeRequests() {
		return postRequestedFor(urlEqualTo(TOKEN)).withFormParam("grant_type", equalTo(EXCHANGE));
	}

}
