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

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.lumoauth.spring.LumoAuthAgent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a trace goes on at LumoAuth, with a real tracer.
 */
class TraceContextTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final OtelTracer tracer = tracer();

	private final ObservationRegistry registry = registry();

	private OtelTracer tracer() {
		Tracer otel = SdkTracerProvider.builder().build().get("test");
		return new OtelTracer(otel, new OtelCurrentTraceContext(), (event) -> {
		});
	}

	private ObservationRegistry registry() {
		Tracer otel = SdkTracerProvider.builder().build().get("test");
		OtelPropagator propagator = new OtelPropagator(
				ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(
					new PropagatingSenderTracingObservationHandler<>(this.tracer, propagator),
					new DefaultTracingObservationHandler(this.tracer)));
		return registry;
	}

	@Test
	void eachRequestCarriesTheTraceInWhichItIsMade() {
		lumoAuth.stubFor(post("/t/acme/api/v1/oauth/token")
			.willReturn(okJson("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":600}")));
		lumoAuth.stubFor(post("/t/acme/api/v1/authz/check").willReturn(okJson("{\"allowed\":true}")));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
			.withBean(ObservationRegistry.class, () -> this.registry)
			.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme",
					"lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1")
			.run((context) -> {
				Observation chat = Observation.start("chat", this.registry);
				String trace = chat.scoped(() -> {
					context.getBean(LumoAuthAgent.class).hasCapability("read:documents");
					return this.tracer.currentSpan().context().traceId();
				});
				chat.stop();
				assertThat(lumoAuth.findAll(anyRequestedFor(anyUrl()))).hasSize(2)
					.extracting((LoggedRequest request) -> request.getHeader("traceparent"))
					.allSatisfy((header) -> assertThat(header).startsWith("00-" + trace + "-"))
					.doesNotHaveDuplicates();
			});
	}

}
