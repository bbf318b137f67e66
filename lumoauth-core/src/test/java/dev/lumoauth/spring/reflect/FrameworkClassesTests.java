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

package dev.lumoauth.spring.reflect;

import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.guarded.InSpringsPackage;
import org.springframework.util.ClassUtils;

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

	@ParameterizedTest
	@ValueSource(strings = { "spring-petclinic-4.0.0-SNAPSHOT.jar", "spring-agent.jar", "spring-web-agent-1.0.jar",
			"spring-boot-agent-1.0.jar", "spring-ai-agent-1.0.jar" })
	void noClassOfAnApplicationIsOneWhateverItsJar(String name, @TempDir Path directory) throws Exception {
		Class<?> type = InSpringsPackage.class;
		String file = ClassUtils.convertClassNameToResourcePath(type.getName()) + ".class";
		Path jar = directory.resolve(name);
		try (JarOutputStream content = new JarOutputStream(Files.newOutputStream(jar));
				InputStream code = type.getClassLoader().getResourceAsStream(file)) {
			content.putNextEntry(new JarEntry(file));
			content.write(code.readAllBytes());
		}
		try (URLClassLoader loader = new URLClassLoader(new URL[] { jar.toUri().toURL() }, null) {

			@Override
			protected Class<?> findClass(String className) throws ClassNotFoundException {
				return className.equals(type.getName()) ? super.findClass(className) : Class.forName(className);
			}

		}) {
			assertThat(new GuardTermsFinder().mentions(loader.loadClass(type.getName()))).isTrue();
		}
	}

	@Test
	void areThoseOfSpringsProjectsInTheJarsOfTheSameProject() {
		assertThat(FrameworkClasses.contain("org.springframework.ai.tool.ToolCallback",
				source("file:/lib/spring-ai-model-2.0.1.jar")))
			.isTrue();
		assertThat(FrameworkClasses.contain("org.springframework.boot.SpringApplication",
				source("jar:file:/app.jar!/BOOT-INF/lib/spring-boot-4.0.9.jar!/")))
			.isTrue();
		assertThat(FrameworkClasses.contain("org.springframework.util.Assert", source("file:/spring-core-7.0.jar")))
			.isTrue();
		assertThat(FrameworkClasses.contain("org.springframework.ai.tool.Mine", source("file:/spring-airport-1.jar")))
			.isFalse();
		assertThat(FrameworkClasses.contain("org.springframework.ai.samples.Mine", source("file:/spring-ai-x-1.jar")))
			.isFalse();
		assertThat(FrameworkClasses.contain("org.springframework.util.Mine", source("file:/spring-ai-model-2.jar")))
			.isFalse();
	}

	@Test
	void areThoseOfThisLibrarysJarsWithoutItsTests() {
		String name = "dev.lumoauth.spring.guard.Guard";
		assertThat(FrameworkClasses.contain(name, source("file:/lib/lumoauth-core-0.1.0.jar"))).isTrue();
		assertThat(FrameworkClasses.contain(name, source("jar:file:/app.jar!/BOOT-INF/lib/lumoauth-core-0.1.0.jar!/")))
			.isTrue();
		assertThat(List.of("file:/lib/lumoauth-core-0.1.0-tests.jar", "file:/lib/agent-0.1.0.jar",
				"file:/lib/lumoauth-core-0.1.0.jar/classes/", "file:/lib/spring-core-7.0.0.jar", "file:/lib/app.jar"))
			.noneMatch((location) -> FrameworkClasses.contain(name, source(location)));
		assertThat(FrameworkClasses.contain("com.example.Guard", source("file:/lib/lumoauth-core-0.1.0.jar")))
			.isFalse();
		assertThat(FrameworkClasses.contain(name, null)).isFalse();
	}

	@Test
	void areThoseOfLibrariesInTheirOwnJars() {
		assertThat(FrameworkClasses.contain("tools.jackson.databind.ObjectMapper",
				source("jar:file:/app.jar!/BOOT-INF/lib/jackson-databind-3.1.7.jar!/")))
			.isTrue();
		assertThat(FrameworkClasses.contain("jakarta.servlet.MultipartConfigElement",
				source("file:/lib/tomcat-embed-core-11.0.27.jar")))
			.isTrue();
		assertThat(List.of("file:/app/classes/", "file:/lib/app-1.0.jar", "file:/lib/jackson-databind.jar",
				"file:/lib/micrometer-core-1.16.8.jar"))
			.noneMatch((location) -> FrameworkClasses.contain("tools.jackson.Mine", source(location)));
		assertThat(FrameworkClasses.contain("com.example.Mine", source("file:/lib/jackson-databind-3.1.7.jar")))
			.isFalse();
		assertThat(FrameworkClasses.contain("reactor.core.publisher.Mono", source("file:/lib/reactor-core-3.8.1.jar")))
			.isTrue();
		assertThat(FrameworkClasses.contain("reactor.control.Rods", source("file:/lib/reactor-control-1.0.jar")))
			.isFalse();
	}

	@Test
	void aClassWithDollarSignsInItsNameIsNoProxy() {
		ProxyFactory factory = new ProxyFactory(new Base());
		factory.setProxyTargetClass(true);
		Class<?> proxy = factory.getProxyClass(getClass().getClassLoader());
		assertThat(proxy).isNotEqualTo(Base.class);
		assertThat(FrameworkClasses.userClass(proxy)).isEqualTo(Base.class);
		assertThat(FrameworkClasses.userClass($Named.class)).isEqualTo($Named.class);
	}

	static class Base {

	}

	static class $Named extends Base {

	}

	private static CodeSource source(String location) {
		try {
			return new CodeSource(new URL(location), (Certificate[]) null);
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(location, ex);
		}
	}

}
