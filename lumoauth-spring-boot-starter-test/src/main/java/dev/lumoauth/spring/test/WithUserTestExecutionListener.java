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

package dev.lumoauth.spring.test;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.test.context.TestSecurityContextHolder;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;
import org.springframework.util.ClassUtils;

/**
 * Signs the user of a test in, and out afterwards.
 */
final class WithUserTestExecutionListener extends AbstractTestExecutionListener {

	private static final String BEFORE = WithUserTestExecutionListener.class.getName() + ".BEFORE";

	private static final boolean RESOURCE_SERVER = ClassUtils.isPresent(
			"org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken",
			WithUserTestExecutionListener.class.getClassLoader());

	private static final boolean SECURITY_TEST = ClassUtils.isPresent(
			"org.springframework.security.test.context.TestSecurityContextHolder",
			WithUserTestExecutionListener.class.getClassLoader());

	/** After the test has LumoAuth's answers, and before Spring Security's own. */
	@Override
	public int getOrder() {
		return 1620;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		WithUser annotation = find(testContext);
		if (annotation == null) {
			return;
		}
		ApplicationContext context = testContext.getApplicationContext();
		TestAgent agent = context.getBeanProvider(TestAgent.class).getIfAvailable();
		TestUser user = new TestUser(annotation.username(), tokens(context, agent));
		if (agent != null) {
			agent.user(user);
		}
		testContext.setAttribute(BEFORE, SecurityContextHolder.getContext());
		signIn(new SecurityContextImpl(
				authentication(user, AuthorityUtils.createAuthorityList(annotation.authorities()))));
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.removeAttribute(BEFORE) instanceof SecurityContext before) {
			signIn(before);
		}
	}

	private static UnaryOperator<String> tokens(ApplicationContext context, @Nullable TestAgent agent) {
		LumoAuthDevServer server = context.getBeanProvider(LumoAuthDevServer.class).getIfAvailable();
		if (agent == null && server == null) {
			throw new IllegalStateException("@WithUser needs @WithAgent, whose LumoAuth issues the user's token, or "
					+ "@WithDevServer: add one of them to the test class");
		}
		return (server != null) ? server::userToken : TestTokens.ofUsers(context.getEnvironment());
	}

	private static Authentication authentication(TestUser user, List<GrantedAuthority> authorities) {
		return RESOURCE_SERVER ? ResourceServer.authentication(user, authorities)
				: new UserAuthentication(user, authorities);
	}

	private static void signIn(SecurityContext context) {
		if (SECURITY_TEST) {
			SecurityTest.signIn(context);
		}
		else if (context.getAuthentication() == null) {
			SecurityContextHolder.clearContext();
		}
		else {
			SecurityContextHolder.setContext(context);
		}
	}

	private static @Nullable WithUser find(TestContext testContext) {
		WithUser onMethod = AnnotatedElementUtils.findMergedAnnotation(testContext.getTestMethod(), WithUser.class);
		return (onMethod != null) ? onMethod
				: TestContextAnnotationUtils.findMergedAnnotation(testContext.getTestClass(), WithUser.class);
	}

	/**
	 * What a resource server signs in.
	 */
	private static final class ResourceServer {

		private static Authentication authentication(TestUser user, List<GrantedAuthority> authorities) {
			return new JwtAuthenticationToken(user.token(), authorities, user.name());
		}

	}

	/**
	 * From where {@code MockMvc} takes the user of its requests.
	 */
	private static final class SecurityTest {

		private static void signIn(SecurityContext context) {
			if (context.getAuthentication() == null) {
				TestSecurityContextHolder.clearContext();
			}
			else {
				TestSecurityContextHolder.setContext(context);
			}
		}

	}

	/**
	 * For an application that is no resource server.
	 */
	private static final class UserAuthentication extends AbstractAuthenticationToken {

		private final String name;

		private final Jwt token;

		UserAuthentication(TestUser user, Collection<GrantedAuthority> authorities) {
			super(authorities);
			this.name = user.name();
			this.token = user.token();
			setAuthenticated(true);
		}

		@Override
		public Object getPrincipal() {
			return this.name;
		}

		@Override
		public Object getCredentials() {
			return this.token;
		}

	}

}
