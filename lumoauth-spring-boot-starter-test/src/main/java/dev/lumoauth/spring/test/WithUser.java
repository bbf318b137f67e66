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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Runs a test with a signed-in user for whom the agent can act
 * ({@link dev.lumoauth.spring.user.OnBehalfOfUser}). The user has an access token of
 * LumoAuth. With {@link WithAgent} the token comes from memory, and any name will do.
 * With {@link WithDevServer} the token is a real one, and the server's file has to have
 * the user.
 * <p>
 * The user is signed in on the test's thread, and in the requests of {@code MockMvc} if
 * {@code spring-security-test} is on the class path. A request with Spring Security's
 * {@code jwt()} or {@code mockJwt()} keeps its own authentication. In a test with
 * {@link WithAgent}, the agent then acts for the subject of that authentication, or for
 * this user if the subject is Spring Security's default ({@code user}).
 * <p>
 * On a method the annotation replaces the one of the class. After the test, the user is
 * signed out.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface WithUser {

	/**
	 * The same as {@link #username()}.
	 * @return the name
	 */
	@AliasFor("username")
	String value() default "test-user";

	/**
	 * The name of the user: the {@code sub} of the token.
	 * @return the name
	 */
	@AliasFor("value")
	String username() default "test-user";

	/**
	 * The authorities of the user in the application, such as {@code SCOPE_reports} or
	 * {@code ROLE_ADMIN}.
	 * @return the authorities
	 */
	String[] authorities() default {};

}
