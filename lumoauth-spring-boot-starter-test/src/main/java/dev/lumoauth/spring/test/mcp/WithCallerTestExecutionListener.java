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

package dev.lumoauth.spring.test.mcp;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.lumoauth.spring.mcp.server.CallerAuthenticationToken;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Signs the caller of a test in on its thread, and out afterwards.
 */
final class WithCallerTestExecutionListener extends AbstractTestExecutionListener {

	private static final String BEFORE = WithCallerTestExecutionListener.class.getName() + ".BEFORE";

	private static final String ISSUER = "https://lumoauth.test";

	private static final Duration LIFE = Duration.ofHours(1);

	/** After the answers of LumoAuth are known. */
	@Override
	public int getOrder() {
		return 1610;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		WithCaller annotation = find(testContext);
		if (annotation != null) {
			testContext.setAttribute(BEFORE, SecurityContextHolder.getContext());
			SecurityContextHolder.setContext(new SecurityContextImpl(caller(annotation)));
		}
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.removeAttribute(BEFORE) instanceof SecurityContext before) {
			SecurityContextHolder.setContext(before);
		}
	}

	private static @Nullable WithCaller find(TestContext testContext) {
		WithCaller onMethod = AnnotatedElementUtils.findMergedAnnotation(testContext.getTestMethod(), WithCaller.class);
		return (onMethod != null) ? onMethod
				: TestContextAnnotationUtils.findMergedAnnotation(testContext.getTestClass(), WithCaller.class);
	}

	private static Authentication caller(WithCaller annotation) {
		Instant now = Instant.now();
		String scope = String.join(" ", annotation.scopes());
		Map<String, Object> act = act(List.of(annotation.actors()));
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(ISSUER)
			.subject(annotation.subject())
			.claim("client_id", annotation.clientId())
			.claim("scope", scope)
			.claim("act", act)
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plus(LIFE)));
		Jwt.Builder token = Jwt.withTokenValue(new PlainJWT(claims.build()).serialize())
			.header("alg", "none")
			.issuer(ISSUER)
			.subject(annotation.subject())
			.claim("client_id", annotation.clientId())
			.claim("scope", scope)
			.issuedAt(now)
			.expiresAt(now.plus(LIFE));
		if (act != null) {
			token.claim("act", act);
		}
		return new CallerAuthenticationToken(token.build(), List.of());
	}

	private static @Nullable Map<String, Object> act(List<String> actors) {
		if (actors.isEmpty()) {
			return null;
		}
		Map<String, Object> act = new LinkedHashMap<>();
		act.put("sub", actors.get(0));
		Map<String, Object> prior = act(actors.subList(1, actors.size()));
		if (prior != null) {
			act.put("act", prior);
		}
		return act;
	}

}
