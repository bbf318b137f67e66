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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Field;

import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.junit.jupiter.api.Test;

import org.springframework.ai.guarded.OwnModel;
import org.springframework.ai.model.tool.DefaultToolCallingManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code of an application in a package of Spring's does not escape the guard, whatever
 * Spring's own code there is trusted with.
 */
class OwnCodeInSpringsPackagesTests {

	@Test
	void isNotSprings() {
		assertThat(FrameworkClasses.isOfSpring(OwnModel.class)).isFalse();
		assertThat(FrameworkClasses.isOfSpring(DefaultToolCallingManager.class)).isTrue();
	}

	@Test
	void isSearchedForTools() {
		assertThat(WrapperFields.ofHolder(OwnModel.class)).extracting(Field::getName).contains("tools");
		assertThat(WrapperFields.ofHolder(DefaultToolCallingManager.class)).isEmpty();
	}

}
