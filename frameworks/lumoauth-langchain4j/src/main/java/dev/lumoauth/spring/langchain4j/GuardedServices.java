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

package dev.lumoauth.spring.langchain4j;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Stream;

import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import dev.langchain4j.spi.services.AiServicesFactory;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gives each AI service a tool service with a guard, whatever builder makes the service.
 * LangChain4j finds this factory by {@code META-INF/services}.
 *
 * @since 0.1.0
 */
public final class GuardedServices implements AiServiceContextFactory {

	private static final Log logger = LogFactory.getLog(GuardedServices.class);

	/** With these, the tests of this module have run. */
	private static final List<String> TRIED = List.of("1.19.0");

	@Override
	public AiServiceContext create(Class<?> aiServiceClass) {
		return new GuardedServiceContext(aiServiceClass);
	}

	/**
	 * Refuse to go on if AI services would not be guarded.
	 */
	static void requireGuarded() {
		List<String> others = Stream
			.concat(ServiceLoader.load(AiServiceContextFactory.class).stream(),
					ServiceLoader.load(AiServicesFactory.class).stream())
			.map((provider) -> provider.type().getName())
			.filter((name) -> !name.equals(GuardedServices.class.getName()))
			.toList();
		if (!others.isEmpty() || !(AiServiceContext.create(Probe.class).toolService instanceof GuardedToolService)) {
			throw new GuardConfigurationException(
					"The tools of LangChain4j's AI services would not be guarded: "
							+ (others.isEmpty() ? "LangChain4j does not find " + GuardedServices.class.getName()
									: others + " makes AI services too, and LangChain4j uses one factory only"),
					others.isEmpty()
							? "Add the line of lumoauth-langchain4j to META-INF/services/"
									+ AiServiceContextFactory.class.getName()
									+ ". If several jars are put together to one, append these files."
							: "Remove the module that has it from the class path, or lumoauth-langchain4j.");
		}
		requireTried(version());
	}

	static void requireTried(String version) {
		if (TRIED.contains(version)) {
			return;
		}
		if (!Probe.isGuarded()) {
			throw new GuardConfigurationException("LangChain4j " + version
					+ " calls tools in another way than the versions that lumoauth-langchain4j was tried with, so they would not be guarded.",
					"Use LangChain4j " + TRIED + ".");
		}
		logger.warn("lumoauth-langchain4j was tried with LangChain4j " + TRIED + ", not with " + version
				+ ". Tools of AI services are guarded; try yours before you rely on the rest.");
	}

	private static String version() {
		Properties properties = new Properties();
		try (InputStream file = AiServices.class
			.getResourceAsStream("/META-INF/maven/dev.langchain4j/langchain4j/pom.properties")) {
			if (file != null) {
				properties.load(file);
			}
		}
		catch (IOException ex) {
			logger.debug("LangChain4j's version could not be read", ex);
		}
		return properties.getProperty("version", "of unknown version");
	}

}
