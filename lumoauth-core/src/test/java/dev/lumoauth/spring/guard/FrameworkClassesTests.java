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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Proxy;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.guarded.InSpringsPackage;

import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FrameworkClasses}.
 */
class FrameworkClassesTests {

	@Test
	void areThoseOfTheJdkAndOfSpringsJars() {
		assertThat(List.of(String.class, java.sql.Driver.class, GenericApplicationContext.class))
			.allMatch(FrameworkClasses::contain);
	}

	@Test
	void noClassOfAnApplicationIsOneWhateverItsPackage() {
		Object proxy = Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { InSpringsPackage.class },
				(self, method, arguments) -> null);
		Runnable lambda = () -> {
		};
		assertThat(List.of(getClass(), InSpringsPackage.class, proxy.getClass(), lambda.getClass(), Test.class))
			.noneMatch(FrameworkClasses::contain);
		assertThat(new GuardTermsFinder().mentions(InSpringsPackage.class)).isTrue();
		assertThat(new GuardTermsFinder().mentions(proxy.getClass())).isTrue();
	}

}
