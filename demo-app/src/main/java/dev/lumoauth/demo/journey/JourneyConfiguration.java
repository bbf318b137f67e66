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

package dev.lumoauth.demo.journey;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.demo.analyst.ResearchAnalyst;
import dev.lumoauth.demo.analyst.ResearchAnalystTools;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Watches the agent from outside, through what the starter and Spring AI publish:
 * {@link LumoAuthAgent}, the decisions, and the observations of model and tool calls.
 */
@Configuration(proxyBeanMethods = false)
class JourneyConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static JourneyRecorder journeyRecorder() {
		return new JourneyRecorder();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RecordingPostProcessor recordingPostProcessor(JourneyRecorder recorder) {
		return new RecordingPostProcessor(recorder);
	}

	@Bean
	ModelCallRecorder modelCallRecorder(JourneyRecorder recorder) {
		return new ModelCallRecorder(recorder, toolCapabilities(ResearchAnalystTools.class));
	}

	@Bean
	ToolCallRecorder toolCallRecorder(JourneyRecorder recorder) {
		return new ToolCallRecorder(recorder);
	}

	@Bean
	Journeys journeys(ResearchAnalyst analyst, LumoAuthAgent agent, JourneyRecorder recorder) {
		return new Journeys(analyst::answer, agent, recorder);
	}

	private static Map<String, Set<String>> toolCapabilities(Class<?> tools) {
		Map<String, Set<String>> capabilities = new LinkedHashMap<>();
		Arrays.stream(tools.getDeclaredMethods())
			.filter((method) -> AnnotatedElementUtils.hasAnnotation(method, Tool.class))
			.sorted(Comparator.comparing((method) -> method.getName(), Comparator.reverseOrder()))
			.forEach((method) -> {
				RequiresCapability required = AnnotatedElementUtils.findMergedAnnotation(method,
						RequiresCapability.class);
				capabilities.put(method.getName(),
						(required != null) ? new LinkedHashSet<>(Arrays.asList(required.value())) : Set.of());
			});
		return capabilities;
	}

}
